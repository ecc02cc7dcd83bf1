"""Full-text search over the public pages of one locale, whichever plugin they come from."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from wagtail.models import Page, get_page_models

from wissensregion.models import public

MIN_LENGTH = 2
MAX_LENGTH = 100
# Every word is one more index to look into.
MAX_WORDS = 8
# Nobody turns so many pages; read at once, they need not be counted first.
MAX_HITS = 200
WORD = re.compile(r"[^\W_]+")
# How page types call the sentences that announce them.
SUMMARIES = ("summary", "intro")


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


def summary() -> Coalesce:
    """What announces a page: its search description, or what its own type has for that."""
    texts = [
        F(f"{model._meta.pk.related_query_name()}__{name}")
        for model in get_page_models()
        # Grandchildren inherit the field from a type already asked.
        if model is not Page and model._meta.pk.related_model is Page
        for name in SUMMARIES
        if any(field.name == name for field in model._meta.local_fields)
    ]
    none = Value("", output_field=TextField())
    return Coalesce(NullIf("search_description", none), *texts, none, output_field=TextField())
