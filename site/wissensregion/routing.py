"""Which page an address means, asked once and not once for each level of the page tree."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import DisallowedHost
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site, get_page_models
from wagtail.views import serve

from wissensregion import generations
from wissensregion.keeping import ROWS, kept
from wissensregion.models import joined, restrictions_above
from wissensregion.pieces import SAFE_METHODS, Published, published

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponseBase

# Where one request keeps the pages it has met, by their translation key.
MET = "_versions_of_pages"
# Where Wagtail's own view looks before it searches.
ROUTE = "_wagtail_route_for_request"
SITE = "_wagtail_site"


class NotHereError(LookupError):
    """No page has such a path; the next visitor's question is asked again."""


def site_of(request: HttpRequest) -> Site | None:
    """The site of a request, with its first page; found once for all requests."""
    if not hasattr(request, SITE):
        try:
            key = ("site", request.get_host(), request.get_port())
        except DisallowedHost:
            # On its way to be refused; names that anybody makes up are not kept.
            return Site.find_for_request(request)
        setattr(request, SITE, kept(key, lambda: _site(request)))
    found: Site | None = getattr(request, SITE)
    return found


def versions(request: HttpRequest, key: UUID) -> list[Page]:
    """The live pages that are each other's translation, with their locales."""
    met = _met(request)
    if key not in met:
        met[key] = _live(list(_pages().filter(translation_key=key)))
    return met[key]


def homes(request: HttpRequest) -> list[Page]:
    """The live home pages of the site, one for each language."""
    site = site_of(request)
    if site is None:
        return []
    root = site.root_page.translation_key
    return kept(("homes", root), lambda: versions(request, root))


def find(request: HttpRequest, path: str) -> Any | None:
    """Return Wagtail's route to the page of an address, or None for Wagtail to look itself.

    Pages are found by their whole path, or by the part of it below which they answer themselves.
    What no page has as its path, Wagtail still offers to the pages above, level by level.
    """
    # Asked before the page is read, so that nothing made of it passes for newer than it is.
    since = generations.current()
    home = next((page for page in homes(request) if _speaks(page)), None)
    if home is None:
        return None
    slugs, below = _split(home, [slug for slug in path.split("/") if slug])
    page = _at(request, home, slugs)
    if page is None:
        return None
    if page.specific_class is None:
        # Its plugin does not run.
        raise Http404
    specific = _own_copy(page) if request.method in SAFE_METHODS else _read(page)
    if not page.restricted:
        # Wagtail would ask for the page's ancestors and for their restrictions. No query set:
        # Django composes the whole query of ``none()`` before it notices that it asks nothing.
        specific.get_view_restrictions = list
        if specific.live:
            site = site_of(request)
            place = (site.pk if site else None, specific.pk, *below)
            published(request, Published(specific, place, since, timezone.localdate()))
    return specific.route(request, below)


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


def _at(request: HttpRequest, home: Page, slugs: list[str]) -> Page | None:
    """The page of a path below the home page of the address's language, live or not.

    One query finds it and its translations. Where a page is, is kept, and where none is, is not.
    """
    if not slugs:
        _met(request)[home.translation_key] = homes(request)
        return home
    url_path = _below(home, slugs)
    try:
        page, same = kept(("at", url_path), lambda: _family(url_path, slugs))
    except NotHereError:
        return None
    _met(request)[page.translation_key] = _live(same)
    return page


def _own_copy(page: Page) -> Any:
    """The page with all its fields, for one request, which may note on it what it likes.

    What it was copied from is kept, as composing and reading its query takes half of the time of
    an answer. The blocks of its text and its photo are the same for all requests.
    """
    return copy(kept(page.pk, lambda: _read(page), ROWS))


def _read(page: Page) -> Any:
    return joined(page.specific_class.objects.filter(pk=page.pk)).get()


def _split(home: Page, slugs: list[str]) -> tuple[list[str], list[str]]:
    """Divide a path into the page it leads to and what that page answers for below its own."""
    answering = kept("answering below", _answering)
    for length in reversed(range(len(slugs))):
        model = answering.get(_below(home, slugs[:length]))
        if model and _answers(model, slugs[length:]):
            return slugs[:length], slugs[length:]
    return slugs, []


def _below(home: Page, slugs: list[str]) -> str:
    return "/".join([home.url_path.rstrip("/"), *slugs, ""])


def _answering() -> dict[str, type[RoutablePageMixin]]:
    """The pages that answer for addresses below their own; there are few."""
    models = {
        ContentType.objects.get_for_model(model).pk: model
        for model in get_page_models()
        if issubclass(model, RoutablePageMixin)
    }
    pages = Page.objects.live().filter(content_type__in=models)
    return {path: models[kind] for path, kind in pages.values_list("url_path", "content_type")}


def _answers(model: type[RoutablePageMixin], below: list[str]) -> bool:
    try:
        model.get_resolver().resolve(f"/{'/'.join(below)}/")
    except Http404:
        return False
    return True


def _family(url_path: str, slugs: list[str]) -> tuple[Page, list[Page]]:
    """The page of a path with its translations."""
    # A page elsewhere may end in the same path; only one is below the right home page.
    ends = Page.objects.filter(slug=slugs[-1], url_path__endswith=f"/{'/'.join(slugs)}/")
    found = list(_pages().filter(translation_key__in=ends.values("translation_key")))
    page = next((page for page in found if page.url_path == url_path), None)
    if page is None:
        raise NotHereError
    return page, [each for each in found if each.translation_key == page.translation_key]


def _site(request: HttpRequest) -> Site | None:
    found = Site.find_for_request(request)
    if found:
        # Read now, so that nobody has to ask for it again.
        _root = found.root_page
    return found


def _speaks(page: Page) -> bool:
    return bool(page.locale.language_code == get_language())


def _pages() -> Any:
    return Page.objects.annotate(restricted=restrictions_above()).select_related("locale")


def _live(pages: list[Page]) -> list[Page]:
    return [page for page in pages if page.live]


def _met(request: HttpRequest) -> dict[UUID, list[Page]]:
    met: dict[UUID, list[Page]] = vars(request).setdefault(MET, {})
    return met
