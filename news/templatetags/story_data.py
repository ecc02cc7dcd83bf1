"""What a story says to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from news.models import AwardStoryPage
from wissensregion import structured

if TYPE_CHECKING:
    from wagtail.models import Page

    from news.models import NewsPage

register = template.Library()

# Longer headlines are cut by those who show them.
HEADLINE = 110


@register.inclusion_tag(structured.TEMPLATE)
def news_article(story: NewsPage, profile: Any, honoured: Page | None = None) -> dict[str, str]:
    """Describe a story, and the award it tells of."""
    speaker = structured.publisher(getattr(profile, "organisation", ""))
    published = story.first_published_at
    changed = story.last_published_at
    return structured.script(
        {
            "@type": "NewsArticle",
            "@id": f"{story.full_url}#story",
            "url": story.full_url,
            "mainEntityOfPage": story.full_url,
            "headline": story.title[:HEADLINE],
            "description": story.summary,
            "inLanguage": story.locale.language_code,
            "datePublished": timezone.localtime(published).isoformat()
            if published
            else story.date.isoformat(),
            "dateModified": timezone.localtime(changed).isoformat() if changed else None,
            "articleSection": story.topic.name if story.topic else "",
            "isAccessibleForFree": True,
            "image": [structured.picture(story.photo, story.alt), structured.card(story)],
            "author": speaker,
            "publisher": speaker,
            "award": _award(story) if isinstance(story, AwardStoryPage) else "",
            "about": {"@type": "Organization", "name": honoured.title, "url": honoured.full_url}
            if honoured
            else None,
        }
    )


def _award(story: AwardStoryPage) -> str:
    return ", ".join(part for part in (story.award, story.category) if part)
