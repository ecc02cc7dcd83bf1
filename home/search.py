"""Full-text search over the public pages of one locale, whichever plugin they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Paginator
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from wissensregion.finding import spelling
from wissensregion.finding.asking import Hit, Hits
from wissensregion.finding.words import split
from wissensregion.pages import summary

if TYPE_CHECKING:
    from wagtail.models import Locale

MIN_LENGTH = 2
MAX_LENGTH = 100
# Every word is one more index to look into.
MAX_WORDS = 8
# What a search engine elsewhere is asked for at most; read at once, it need not be counted first.
MAX_HITS = 200
# A longer number of a page is no number of a page, and databases refuse it.
DIGITS = 9


def words(query: str) -> str:
    """Return only the words: quotation marks and operators mean something to the index."""
    return " ".join(list(split(query))[:MAX_WORDS])


def find(query: str, locale: Locale) -> Hits | list[Hit]:
    """Pages that hold every word, the best first; or else those with words that begin so.

    Each has its ``summary``, so that a list of hits needs no query per hit or per type.
    """
    text = words(query)
    return Hits(text, locale) if _own_index() else _found_elsewhere(text, locale)


def page_of(hits: Hits | list[Hit], wanted: str | None, size: int) -> Any:
    """One page of a list of hits; the last where there are not so many."""
    if isinstance(hits, Hits):
        # Read first, it says how many there are as well.
        number = int(wanted) if wanted and wanted.isdecimal() and len(wanted) <= DIGITS else 1
        hits.part(max(number - 1, 0) * size, max(number, 1) * size)
    paginator: Paginator[Hit] = Paginator(cast("Any", hits), size)
    return paginator.get_page(wanted)


def suggestion(query: str, locale: Locale) -> str:
    """What was meant by a query that found nothing, if that would find something."""
    if not _own_index():
        return ""
    guessed = spelling.guess(words(query), locale.language_code)
    return guessed if guessed and len(find(guessed, locale)) else ""


def _own_index() -> bool:
    return bool(getattr(get_search_backend(), "finds_pages", False))


def _found_elsewhere(text: str, locale: Locale) -> list[Hit]:
    """What Wagtail's search finds, in OpenSearch or whatever the site is set to."""
    # Wagtail's own filters: those are what every engine can be asked by.
    pages = Page.objects.live().public().filter(locale=locale).annotate(summary=summary())
    found = list(pages.search(text, operator="and")[:MAX_HITS])
    found = found or list(pages.autocomplete(text, operator="and")[:MAX_HITS])
    return [Hit(page=page, summary=page.summary, marked=page.title, excerpt="") for page in found]
