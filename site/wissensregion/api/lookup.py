"""Which pages the API knows, and where they are."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site, get_page_models

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    Pages = QuerySet[Page]
    # The number of a page, its place in the tree, or what it shares with its translations.
    Key = int | str | UUID


def page_models() -> dict[str, type[Page]]:
    """Every type of page of the running plugins, by its label."""
    return {model._meta.label: model for model in get_page_models() if model is not Page}


def public_pages(roots: dict[str, Page] | None = None) -> Pages:
    """Return the pages anybody may read: live, unrestricted, on the default site.

    Pages of a plugin that does not run stay in the database and out of the answers.
    This asks for the restrictions and roots at once: call it once for an answer.
    """
    known = ContentType.objects.get_for_models(*page_models().values()).values()
    branches = [Q(path__startswith=root.path) for root in (roots or home_pages()).values()]
    inside = reduce(or_, branches, Q(pk__in=[]))
    pages: Pages = Page.objects.live().public().filter(inside, content_type__in=known)
    return pages


def home_pages() -> dict[str, Page]:
    """Return the default site's home page in each locale."""
    default = Site.objects.filter(is_default_site=True)
    roots = Page.objects.filter(translation_key__in=default.values("root_page__translation_key"))
    return {root.locale.language_code: root for root in roots.select_related("locale")}


def at(path: str, public: Pages, roots: dict[str, Page]) -> Pages:
    """Return the public page at a path, if there is one; its prefix is its locale."""
    code, _, rest = path[1:].partition("/")
    if code == settings.LANGUAGE_CODE or code not in roots:
        code, rest = settings.LANGUAGE_CODE, path[1:]
    if code not in roots:
        return public.none()
    inside = f"{rest.strip('/')}/" if rest.strip("/") else ""
    return public.filter(url_path=roots[code].url_path + inside)


def redirect_from(path: str) -> dict[str, Any] | None:
    """Return where an editor or a changed slug sends readers of a path."""
    site = Site.objects.filter(is_default_site=True).first()
    old = Redirect.get_for_site(site).filter(old_path=Redirect.normalise_path(path))
    # One for this site goes before one for every site.
    found = old.select_related("redirect_page").order_by("site").last()
    if found is None or not found.link:
        return None
    if found.redirect_page and not found.redirect_page.live:
        # It may even have this very address again.
        return None
    return {"to": found.link, "permanent": found.is_permanent}


def link(page: Page) -> dict[str, Any]:
    """Return the way to a page whose locale is at hand."""
    _site, root, path = page.get_url_parts() or (None, "", "")
    return {
        "id": page.pk,
        "type": page.cached_content_type.model_class()._meta.label,
        "locale": page.locale.language_code,
        "title": page.title,
        "url": f"{root}{path}",
        "path": path,
    }


def links(public: Pages, keys: Iterable[Key]) -> dict[Key, Any]:
    """Return the ways to public pages by id and by path, and to all translations by their key."""
    wanted: dict[type, list[Key]] = {int: [], str: [], UUID: []}
    for key in keys:
        wanted[type(key)].append(key)
    pages = public.filter(
        Q(pk__in=wanted[int]) | Q(path__in=wanted[str]) | Q(translation_key__in=wanted[UUID])
    )
    found: dict[Key, Any] = {}
    for page in pages.select_related("locale"):
        way = link(page)
        found |= {page.pk: way, page.path: way}
        found.setdefault(page.translation_key, []).append(way)
    return found
