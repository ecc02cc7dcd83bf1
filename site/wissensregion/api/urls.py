"""The front door: one line per router, the plugins' own among them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.generic import RedirectView
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from wagtail.utils.urlpatterns import decorate_urlpatterns

from wissensregion.api import pages, reference, site
from wissensregion.api.door import door, problem
from wissensregion.plugin import PLATFORM, offer, plugins

app_name = "api"
api = NinjaAPI(
    title="Wissensregion",
    version=PLATFORM,
    description="Pages, teasers and the plugins' endpoints. Read without a key, from anywhere.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
api.add_router("/pages/", pages.router)
api.add_router("/", site.router)
for plugin in plugins():
    if router := offer(plugin, "api", "router"):
        api.add_router(f"/{plugin.label}/", router, tags=[str(plugin.label).capitalize()])


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"where": _where(*each["loc"]), "detail": each["msg"]} for each in error.errors]
    first = errors[0]
    said = f"{first['where']}: {first['detail']}. /api/v1/docs/ says what fits."
    return problem(422, said, errors)


def _where(source: str, *way: str | int) -> str:
    """Name what the client sent; the way there may lead through a name in our code."""
    names = [part for part in way if isinstance(part, str)]
    return ".".join([source, *names[-1:]])


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, str(error))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, error.message)


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return problem(404, "Nothing answers here. /api/v1/docs/ lists every endpoint.")


urlpatterns = decorate_urlpatterns(
    [
        path("", RedirectView.as_view(pattern_name="api:docs")),
        path("openapi.json", reference.openapi, {"api": api}, name="openapi"),
        path("docs/", reference.docs, {"api": api}, name="docs"),
        *api.urls[0],
        re_path(r"^(?P<rest>.*)$", unknown),
    ],
    door,
)
