"""Which page an address means, asked once and not once for each level of the page tree."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import get_language
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.views import serve

from wissensregion.models import joined, restrictions_above

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponseBase

# Where one request keeps the pages it has met, by their translation key.
MET = "_versions_of_pages"
# Where Wagtail's own view looks before it searches.
ROUTE = "_wagtail_route_for_request"


def versions(request: HttpRequest, key: UUID) -> list[Page]:
    """The live pages that are each other's translation, with their locales."""
    met = _met(request)
    if key not in met:
        met[key] = _live(list(_pages().filter(translation_key=key)))
    return met[key]


def homes(request: HttpRequest) -> list[Page]:
    """The live home pages of the site, one for each language."""
    site = Site.find_for_request(request)
    return versions(request, site.root_page.translation_key) if site else []


def find(request: HttpRequest, path: str) -> Any | None:
    """Return Wagtail's route to the page of an address, or None for Wagtail to look itself.

    Pages are found by their whole path. What no page has as its path, Wagtail still offers to
    the pages above, level by level: they may answer for addresses below their own.
    """
    page = _at(request, [slug for slug in path.split("/") if slug])
    if page is None:
        return None
    if page.specific_class is None:
        # Its plugin does not run.
        raise Http404
    specific = joined(page.specific_class.objects.filter(pk=page.pk)).get()
    if not page.restricted:
        # Wagtail would ask for the page's ancestors and for their restrictions.
        specific.get_view_restrictions = PageViewRestriction.objects.none
    return specific.route(request, [])


class PageRoutingMiddleware:
    """Find the page before Wagtail's own view looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: Any
    ) -> None:
        if view is not serve:
            return
        try:
            route = find(request, args[0])
        except Http404:
            setattr(request, ROUTE, None)
            return
        if route:
            setattr(request, ROUTE, route)


def _at(request: HttpRequest, slugs: list[str]) -> Page | None:
    """The page of a path below the home page of the address's language, live or not.

    One query finds it, its translations and all home pages; the request keeps them.
    """
    if (site := Site.find_for_request(request)) is None:
        return None
    root = site.root_page.translation_key
    wanted = Q(translation_key=root)
    if slugs:
        # A page elsewhere may end in the same path; only one is below the right home page.
        ends = Page.objects.filter(slug=slugs[-1], url_path__endswith=f"/{'/'.join(slugs)}/")
        wanted |= Q(translation_key__in=ends.values("translation_key"))
    by_key: dict[UUID, list[Page]] = defaultdict(list)
    for page in _pages().filter(wanted):
        by_key[page.translation_key].append(page)
    _met(request).update({key: _live(pages) for key, pages in by_key.items()})
    home = next((page for page in homes(request) if _speaks(page)), None)
    if home is None:
        return None
    url_path = "/".join([home.url_path.rstrip("/"), *slugs, ""])
    everything = (page for pages in by_key.values() for page in pages)
    return next((page for page in everything if page.url_path == url_path), None)


def _speaks(page: Page) -> bool:
    return bool(page.locale.language_code == get_language())


def _pages() -> Any:
    return Page.objects.annotate(restricted=restrictions_above()).select_related("locale")


def _live(pages: list[Page]) -> list[Page]:
    return [page for page in pages if page.live]


def _met(request: HttpRequest) -> dict[UUID, list[Page]]:
    met: dict[UUID, list[Page]] = vars(request).setdefault(MET, {})
    return met
