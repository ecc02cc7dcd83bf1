"""Pages as answers: what all say, what their type says, and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import translation
from wagtail.models import Page

from wissensregion.api import fields, lookup
from wissensregion.api.references import ImageRef, InLocale
from wissensregion.plugin import Teasable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wissensregion.plugin import Teaser

TRANSLATION = ("locale", "id", "url", "path")


def presented(pages: lookup.Pages) -> list[InLocale]:
    """Write the pages in their order: one query for each type, one for their neighbours."""
    found = specific(pages)
    around = neighbours(found)
    return [_in_its_locale(page, around) for page in found]


def specific(pages: lookup.Pages) -> list[Page]:
    """Return the pages as their types, with all that their ``api_fields`` reach for."""
    models = {model._meta.label_lower: model for model in lookup.page_models().values()}
    order = pages.values_list("pk", "content_type__app_label", "content_type__model")
    keys: dict[type[Page], list[int]] = {}
    for pk, app, name in order:
        keys.setdefault(models[f"{app}.{name}"], []).append(pk)
    found = {
        page.pk: page
        for model, wanted in keys.items()
        for page in fields.queried(model.objects.filter(pk__in=wanted))
    }
    return [found[pk] for pk, _app, _name in order if pk in found]


def neighbours(pages: Iterable[Page]) -> list[Page]:
    """Return the public parents and translations of the pages, with one query."""
    parents = {page.path[: -page.steplen] for page in pages}
    keys = {page.translation_key for page in pages}
    around = lookup.public_pages().filter(Q(path__in=parents) | Q(translation_key__in=keys))
    return list(around.select_related("locale"))


def _in_its_locale(page: Page, around: list[Page]) -> InLocale:
    code = page.locale.language_code
    with translation.override(code):
        return InLocale(code, _page(page, around))


def _page(page: Page, around: list[Page]) -> dict[str, Any]:
    link = lookup.link(page)
    parent = page.path[: -page.steplen]
    common = {
        **link,
        "slug": page.slug,
        "first_published_at": page.first_published_at,
        "last_published_at": page.last_published_at,
        "show_in_menus": page.show_in_menus,
        "seo": {"title": page.seo_title or page.title, "description": page.search_description},
        "parent": next((lookup.link(other) for other in around if other.path == parent), None),
        "translations": [
            {key: value for key, value in lookup.link(other).items() if key in TRANSLATION}
            for other in around
            if other.translation_key == page.translation_key and other.pk != page.pk
        ],
        "teaser": teaser(page.as_teaser()) if isinstance(page, Teasable) else None,
    }
    # What every page says is said alike by every type.
    return common | {name: v for name, v in fields.said(page).items() if name not in common}


def teaser(announced: Teaser) -> dict[str, Any]:
    image = announced.image and ImageRef.to(announced.image.pk, alt=announced.alt)
    return {
        "title": announced.title,
        "summary": announced.summary,
        "label": announced.label,
        "published_at": announced.published_at,
        "image": image,
        "artwork": announced.artwork,
        "accent": announced.accent,
    }


def headline(announced: Teaser) -> InLocale:
    """Write a teaser on its own."""
    way = {"url": announced.url, "locale": announced.locale, "page_id": announced.page_id}
    return InLocale(announced.locale, {**teaser(announced), **way})
