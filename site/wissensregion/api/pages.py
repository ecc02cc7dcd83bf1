"""The pages: listed, one by one, and by path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from django.conf import settings
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja import Query, Router, Schema
from pydantic import Field

from wissensregion.api import lookup, presenting, schemas, types
from wissensregion.api.door import answer
from wissensregion.api.references import resolved

if TYPE_CHECKING:
    from wagtail.models import Page

router = Router(tags=["Pages"])

LIMIT = 100
ORDERS = {"newest": (F("first_published_at").desc(nulls_last=True), "-pk"), "tree": ("path",)}
PageId = Annotated[int, Field(ge=1, le=2**63 - 1)]
# A path as it stands in a browser's address; what no path holds never reaches the database.
Path = Annotated[str, Field(max_length=2000, pattern=r"^/([^/\\\x00-\x1f\x7f][^\x00-\x1f\x7f]*)?$")]
if TYPE_CHECKING:
    TypeName = str
    LocaleCode = str
    AnyPage = schemas.Page
else:
    TypeName = Literal[tuple(sorted(lookup.page_models()))]
    LocaleCode = Literal[tuple(code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES)]
    AnyPage = types.any_page()


class PageFilter(Schema):
    """Which pages, in which order, how many."""

    type: list[TypeName] = Field([], description="Repeat for several. Includes derived types")
    locale: LocaleCode | None = None
    parent: PageId | None = Field(None, description="Id: only the pages right below that page")
    order: Literal["newest", "tree"] = Field(
        "newest", description="newest: last published first; tree: as editors ordered them"
    )
    limit: int = Field(20, ge=0, le=LIMIT)
    offset: int = Field(0, ge=0, le=2**31 - 1)


class PageList(Schema):
    """Some of the pages, and how many there are."""

    total: int
    items: list[AnyPage]


class PathAnswer(Schema):
    """The page at a path, or where it has gone; the other of the two is null."""

    page: AnyPage | None
    redirect: schemas.Redirect | None


PROBLEMS = {404: schemas.Problem, 422: schemas.Problem}


@router.get("/", response={200: PageList, **PROBLEMS}, operation_id="list_pages")
def list_pages(request: HttpRequest, wanted: Query[PageFilter]) -> HttpResponse:
    """List public pages, newest first."""
    public = lookup.public_pages()
    pages = filtered(public, wanted).order_by(*ORDERS[wanted.order])
    shown = pages[wanted.offset : wanted.offset + wanted.limit]
    return answer(resolved({"total": pages.count(), "items": presenting.presented(shown)}, public))


@router.get("/by-path/", response={200: PathAnswer, **PROBLEMS}, operation_id="page_by_path")
def page_by_path(request: HttpRequest, path: Query[Path]) -> HttpResponse:
    """Find the page at a path of the site, or the redirect an editor left there."""
    roots = lookup.home_pages()
    public = lookup.public_pages(roots)
    if found := presenting.presented(lookup.at(path.partition("?")[0], public, roots)):
        return answer(resolved({"page": found[0], "redirect": None}, public))
    if redirect := lookup.redirect_from(path):
        return answer({"page": None, "redirect": redirect})
    message = "No public page is at this path. Take it from a page's `path`, slashes and all."
    raise Http404(message)


@router.get("/{page_id}/", response={200: AnyPage, **PROBLEMS}, operation_id="get_page")
def get_page(request: HttpRequest, page_id: PageId) -> HttpResponse:
    """Return one public page."""
    public = lookup.public_pages()
    found = presenting.presented(public.filter(pk=page_id))
    if not found:
        message = f"There is no public page {page_id}. The list at /api/v1/pages/ has all of them."
        raise Http404(message)
    response = answer(resolved(found[0], public))
    if at := found[0].value["last_published_at"]:
        response.headers["Last-Modified"] = http_date(at.timestamp())
    return response


def filtered(public: lookup.Pages, wanted: PageFilter) -> lookup.Pages:
    pages: Any = public
    if wanted.type:
        models = lookup.page_models()
        pages = pages.type(*(models[name] for name in wanted.type))
    if wanted.locale:
        pages = pages.filter(locale__language_code=wanted.locale)
    if wanted.parent:
        pages = pages.child_of(_parent(public, wanted.parent))
    return cast("lookup.Pages", pages)


def _parent(public: lookup.Pages, pk: int) -> Page:
    if (page := public.filter(pk=pk).first()) is None:
        message = f"There is no public page {pk} to look below. Leave parent out, or take another."
        raise Http404(message)
    return page
