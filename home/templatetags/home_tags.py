"""What stands around every page: navigation, languages, footer, legal pages, search."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from home.forms import ReportForm
from home.legal import LEGAL
from home.models import SearchPage, SiteProfile
from wissensregion.keeping import kept
from wissensregion.models import public
from wissensregion.routing import homes, site_of, versions

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template import Context

register = template.Library()

# Where one request keeps what its tags found, so that together they ask only once.
MET = "_surroundings"


@dataclass(slots=True)
class Item:
    """One entry of the navigation, with the entries below it."""

    title: str
    url: str
    active: bool
    children: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Language:
    """One language a page can be read in."""

    code: str
    name: str
    url: str
    active: bool
    # Whether it says the same there; else it only leads to the nearest page.
    same: bool = True


class Standing:
    """What is the same around all pages of one language; made once for all requests."""

    def __init__(self, request: HttpRequest, language: str) -> None:
        found = {page.locale.language_code: page for page in homes(request)}
        self.home = found.get(language) or found.get(settings.LANGUAGE_CODE)
        self.tree = _tree(self.home)
        self.urls = {page.pk: page.get_url(request) or "" for page in self.tree}
        self.profile = SiteProfile.heard_in(language)


class Surroundings:
    """What stands around one page, or around a view that has no page."""

    def __init__(self, request: HttpRequest, page: Page | None) -> None:
        self.request = request
        self.page = page

    @cached_property
    def language(self) -> str:
        """The page's language; without a page, the one the visitor's address asks for."""
        if self.page is None:
            return get_language() or settings.LANGUAGE_CODE
        # The home page of the same language has been read already, with its locale.
        near = [home for home in homes(self.request) if home.locale_id == self.page.locale_id]
        return str((near[0] if near else self.page).locale.language_code)

    @cached_property
    def standing(self) -> Standing:
        site = site_of(self.request)
        key = ("standing", site.pk if site else None, self.language)
        return kept(key, lambda: Standing(self.request, self.language))

    def of_type(self, *models: type[Page]) -> list[Page]:
        kinds = {kind.pk for kind in content_types(*models)}
        return [page for page in self.standing.tree if page.content_type_id in kinds]

    def items(self) -> list[Item]:
        """The menu: children of the home page, each with its own children."""
        here = self.page.path if self.page else ""
        home = self.standing.home
        tops: dict[str, Item] = {}
        for page in self.standing.tree:
            url = self.standing.urls[page.pk]
            item = Item(title=page.title, url=url, active=here.startswith(page.path))
            # Parents come first, because the tree is in its own order.
            if parent := tops.get(page.path[: -Page.steplen]):
                parent.children.append(item)
            elif page.show_in_menus and home and page.depth == home.depth + 1:
                tops[page.path] = item
        return list(tops.values())

    def languages(self) -> list[Language]:
        """The page's languages; without a page, those of the home page."""
        found = (
            versions(self.request, self.page.translation_key) if self.page else homes(self.request)
        )
        # An alias repeats another language until somebody translates it.
        pages = [page for page in found if page.alias_of_id is None]
        if self.page and self.page.locale_id not in {page.locale_id for page in pages}:
            # A preview, or an alias: not to be found among the live translations.
            pages.append(self.page)
        order = [code for code, _name in settings.LANGUAGES]
        pages.sort(key=lambda page: order.index(page.locale.language_code))
        return [self._language(page.locale.language_code, page) for page in pages]

    def _language(self, code: str, page: Page) -> Language:
        # A page that answers for more than its own address says how that goes on elsewhere.
        tail_in = getattr(self.page, "tail_in", None)
        tail = tail_in(page) if tail_in else ""
        return Language(
            code=code,
            name=get_language_info(code)["name_local"],
            url=(page.get_full_url(self.request) or "") + (tail or ""),
            active=code == self.language,
            same=tail is not None,
        )


def _tree(home: Page | None) -> list[Page]:
    """Every page the header or the footer may link to, in the order of the page tree."""
    if home is None:
        return []
    depth = home.depth + 1
    menu = Q(show_in_menus=True, depth__range=(depth, depth + 1))
    standing = Q(content_type__in=content_types(*LEGAL.values(), SearchPage), depth=depth)
    below = Page.objects.descendant_of(home).filter(menu | standing)
    return list(public(below.live()).select_related("locale").order_by("path"))


def content_types(*models: type[Page]) -> list[ContentType]:
    return list(ContentType.objects.get_for_models(*models).values())


def surroundings(context: Context, page: Page | str | None = None) -> Surroundings | None:
    """Return what stands around a page; nothing where there is no request, as on a 500."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return None
    page = page or context.get("page")
    page = page if isinstance(page, Page) else None
    met: dict[Any, Surroundings] = vars(request).setdefault(MET, {})
    # A page not saved yet has no number, but its own translation key.
    key = (page.translation_key, page.locale_id) if page else get_language()
    return met.setdefault(key, Surroundings(request, page))


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Item]:
    """The menu of the page tree in the page's language."""
    return found.items() if (found := surroundings(context)) else []


@register.simple_tag(takes_context=True)
def translations(context: Context, page: Page | str | None = None) -> list[Language]:
    """The languages this page can be read in, itself among them; absolute addresses."""
    return found.languages() if (found := surroundings(context, page)) else []


@register.simple_tag(takes_context=True)
def profile(context: Context) -> SiteProfile | None:
    """Who speaks on this site, in the page's language."""
    return found.standing.profile if (found := surroundings(context)) else None


@register.simple_tag(takes_context=True)
def legal_pages(context: Context) -> list[Page]:
    """The texts the law asks for."""
    return found.of_type(*LEGAL.values()) if (found := surroundings(context)) else []


@register.simple_tag(takes_context=True)
def legal_page(context: Context, kind: str) -> Page | None:
    """One of the texts the law asks for, by its kind: "privacy"."""
    pages = found.of_type(LEGAL[kind]) if (found := surroundings(context)) else []
    return pages[0] if pages else None


@register.simple_tag(takes_context=True)
def search_page(context: Context) -> Page | None:
    """Where readers search in the page's language."""
    pages = found.of_type(SearchPage) if (found := surroundings(context)) else []
    return pages[0] if pages else None


@register.simple_tag(takes_context=True)
def report_form(context: Context) -> ReportForm:
    """The form by which visitors say what they could not use; after an error, as filled in."""
    return context.get("report") or ReportForm()
