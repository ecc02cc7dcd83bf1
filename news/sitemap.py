"""What search engines are told beside the pages: the newest stories, and the lists of stories."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.translation import override

from news.feeds import clean, published, publisher, told
from news.models import NewsIndexPage, census_of
from wissensregion.cache import lifetimes
from wissensregion.models import public

if TYPE_CHECKING:
    from collections.abc import Iterator

    from news.models import NewsPage

# Older news are none to a news search, and it reads so many in one file.
NEW, MOST = timedelta(days=2), 1000
# Seconds.
HOLDS = 600
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
ENTRY = (
    "<url><loc>{address}</loc><news:news><news:publication><news:name>{name}</news:name>"
    "<news:language>{language}</news:language></news:publication>"
    "<news:publication_date>{published}</news:publication_date>"
    "<news:title>{title}</news:title></news:news></url>\n"
)


def write() -> str:
    """The stories of the last two days for news search, in Google's words."""
    # A story leaves it when its second day is over, though nobody has changed anything.
    lifetimes.at_most(HOLDS)
    name, since = publisher(), timezone.now() - NEW
    stories = told().filter(first_published_at__gte=since)[:MOST]
    entries = "".join(_entry(story, name) for story in stories)
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{SCHEMA}" xmlns:news="{NEWS}">'
    return f"{start}\n{entries}</urlset>\n"


def write_lists() -> str:
    """The addresses of each topic and each year that have stories."""
    entries = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in _lists())
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{SCHEMA}">'
    return f"{start}\n{entries}</urlset>\n"


def _lists() -> Iterator[str]:
    for index in public(NewsIndexPage.objects.live()).select_related("locale"):
        address, census = index.full_url or "", census_of(index)
        with override(index.locale.language_code):
            for topic in census.topics.values():
                if census.count(topic):
                    yield address + index.tail(topic, 0)
            for year in census.years():
                yield address + index.tail(None, year)


def _entry(story: NewsPage, name: str) -> str:
    return ENTRY.format(
        address=escape(story.full_url or ""),
        name=escape(clean(name)),
        language=story.locale.language_code,
        published=published(story).isoformat(),
        title=escape(clean(story.title)),
    )
