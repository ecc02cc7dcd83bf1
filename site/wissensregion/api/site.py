"""What the site consists of: its page types, its locales, its latest headlines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Query, Router, Schema
from pydantic import Field

from wissensregion.api import lookup, presenting, schemas
from wissensregion.api.door import answer
from wissensregion.api.pages import LocaleCode
from wissensregion.api.references import resolved
from wissensregion.plugin import Teaser, offer, plugins

router = Router(tags=["Site"])


class HeadlineFilter(Schema):
    """Whose language, and how many."""

    locale: LocaleCode = Field(settings.LANGUAGE_CODE)
    limit: int = Field(12, ge=0, le=100)


@router.get("/page-types/", response=list[schemas.PageType], operation_id="list_page_types")
def page_types(request: HttpRequest) -> HttpResponse:
    """List the page types that the running plugins have."""
    with translation.override("en"):
        return answer(
            [
                {
                    "type": label,
                    "name": str(model._meta.verbose_name),
                    "description": (model.__doc__ or "").strip().partition("\n")[0],
                }
                for label, model in sorted(lookup.page_models().items())
            ]
        )


@router.get("/locales/", response=list[schemas.Language], operation_id="list_locales")
def locales(request: HttpRequest) -> HttpResponse:
    """List the site's locales and their home pages."""
    roots = lookup.home_pages()
    homes = lookup.links(lookup.public_pages(roots), [root.pk for root in roots.values()])
    return answer(
        [
            {
                "code": code,
                "name": translation.get_language_info(code)["name_local"],
                "default": code == settings.LANGUAGE_CODE,
                "home": homes.get(roots[code].pk) if code in roots else None,
            }
            for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
        ]
    )


@router.get(
    "/teasers/",
    response={200: list[schemas.Headline], 422: schemas.Problem},
    operation_id="list_teasers",
)
def teasers(request: HttpRequest, wanted: Query[HeadlineFilter]) -> HttpResponse:
    """Return the latest headlines of every plugin, newest first, as the home page shows them."""
    latest = [
        teaser
        for plugin in plugins()
        if (ask := offer(plugin, "teasers", "latest"))
        for teaser in ask(wanted.locale, wanted.limit)
    ]
    latest.sort(key=_age, reverse=True)
    headlines = [presenting.headline(teaser) for teaser in latest[: wanted.limit]]
    return answer(resolved(headlines, lookup.public_pages()))


def _age(teaser: Teaser) -> Any:
    return teaser.published_at.timestamp() if teaser.published_at else 0.0
