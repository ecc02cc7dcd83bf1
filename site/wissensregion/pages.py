"""Pages as readers meet them: public, in their language, with the sentences that announce them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from wagtail.models import Page, get_page_models

from wissensregion.models import public

if TYPE_CHECKING:
    from collections.abc import Iterable

# How page types call the sentences that announce them.
SUMMARIES = ("summary", "intro")


def in_language(
    numbers: Iterable[int | None], language: str | None = None
) -> dict[int | None, Page]:
    """For each page: its public version in a language, or itself where there is none.

    One query for all of them. Each version comes with its locale and its ``summary``.
    """
    chosen = [number for number in numbers if number]
    if not chosen:
        return {}
    wanted = language or get_language()
    keys = Page.objects.filter(pk__in=chosen).values("translation_key")
    versions = public(Page.objects.live().filter(translation_key__in=keys))
    versions = list(versions.select_related("locale").annotate(summary=summary()))
    itself = {page.pk: page for page in versions}
    translated = {
        page.translation_key: page for page in versions if page.locale.language_code == wanted
    }
    # What is not public itself is not shown, even where its translation is.
    return {
        number: translated.get(itself[number].translation_key, itself[number])
        for number in chosen
        if number in itself
    }


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
