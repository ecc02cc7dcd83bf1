"""Pages as answers: what all say, what their type says, and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation

from wissensregion.api import fields, lookup
from wissensregion.api.references import ImageRef, InLocale, PageRef, TranslationsRef
from wissensregion.plugin import Teasable

if TYPE_CHECKING:
    from wagtail.models import Page

    from wissensregion.plugin import Teaser


def presented(pages: lookup.Pages) -> list[InLocale]:
    """Write the pages in their order, with one query for each type of them."""
    return [_in_its_locale(page) for page in specific(pages)]


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


def _in_its_locale(page: Page) -> InLocale:
    code = page.locale.language_code
    with translation.override(code):
        return InLocale(code, _page(page))


def _page(page: Page) -> dict[str, Any]:
    common = {
        **lookup.link(page),
        "slug": page.slug,
        "first_published_at": page.first_published_at,
        "last_published_at": page.last_published_at,
        "show_in_menus": page.show_in_menus,
        "seo": {"title": page.seo_title or page.title, "description": page.search_description},
        "parent": PageRef(page.path[: -page.steplen]),
        "translations": TranslationsRef(page.translation_key, page.locale.language_code),
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
