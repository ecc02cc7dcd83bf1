"""Full-text search over the public pages of one locale, whichever plugin they come from."""

from __future__ import annotations

import re
import unicodedata

from wagtail.models import Page

from wissensregion.models import public
from wissensregion.pages import summary

MIN_LENGTH = 2
MAX_LENGTH = 100
# Every word is one more index to look into.
MAX_WORDS = 8
# Nobody turns so many pages; read at once, they need not be counted first.
MAX_HITS = 200
WORD = re.compile(r"[^\W_]+")


def words(query: str) -> str:
    """Return only the words: quotation marks and operators mean something to the index."""
    return " ".join(WORD.findall(unicodedata.normalize("NFC", query))[:MAX_WORDS])


def find(query: str, locale_id: int) -> list[Page]:
    """Pages that hold every word, the best first; if there is none, those whose title begins so.

    Each has its ``summary``, so that a list of hits needs no query per hit or per type.
    """
    pages = public(Page.objects.live().filter(locale=locale_id)).annotate(summary=summary())
    text = words(query)
    found = list(pages.search(text, operator="and")[:MAX_HITS])
    return found or list(pages.autocomplete(text, operator="and")[:MAX_HITS])
