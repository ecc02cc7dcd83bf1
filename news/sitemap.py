"""The stories of the last two days for news search, in Google's words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.utils import timezone

from news.feeds import clean, published, publisher, told

if TYPE_CHECKING:
    from news.models import NewsPage

# Older news are none to a news search, and it reads so many in one file.
NEW, MOST = timedelta(days=2), 1000
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
ENTRY = (
    "<url><loc>{address}</loc><news:news><news:publication><news:name>{name}</news:name>"
    "<news:language>{language}</news:language></news:publication>"
    "<news:publication_date>{published}</news:publication_date>"
    "<news:title>{title}</news:title></news:news></url>\n"
)


def write() -> str:
    name, since = publisher(), timezone.now() - NEW
    stories = told().filter(first_published_at__gte=since)[:MOST]
    entries = "".join(_entry(story, name) for story in stories)
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{SCHEMA}" xmlns:news="{NEWS}">'
    return f"{start}\n{entries}</urlset>\n"


def _entry(story: NewsPage, name: str) -> str:
    return ENTRY.format(
        address=escape(story.full_url or ""),
        name=escape(clean(name)),
        language=story.locale.language_code,
        published=published(story).isoformat(),
        title=escape(clean(story.title)),
    )
