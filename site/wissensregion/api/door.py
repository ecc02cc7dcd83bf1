"""How answers leave the house: cacheable, for every origin, with errors that say what to do."""

from __future__ import annotations

from functools import wraps
from hashlib import blake2b
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe, quote_etag
from django.views.decorators.csrf import csrf_exempt
from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    View = Callable[..., HttpResponse]

PROBLEM = "application/problem+json"
READ = {"GET", "HEAD"}
# Long enough to carry a front end through a rush, short enough for a correction.
CACHE = "public, max-age=60, stale-while-revalidate=600"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def answer(content: Any) -> HttpResponse:
    return HttpResponse(to_json(content, fallback=str), content_type="application/json")


def problem(
    status: int, detail: str, errors: Sequence[dict[str, str]] = (), **headers: str
) -> HttpResponse:
    """Say what went wrong and what to do about it (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": list(errors),
    }
    return HttpResponse(to_json(body), status=status, content_type=PROBLEM, headers=headers)


def door(view: View) -> View:
    """Let every answer of the API leave in the same manner."""

    @csrf_exempt
    @wraps(view)
    def leave(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _for_other_origins(request, HttpResponse(status=204, headers=PREFLIGHT))
        asked = request.method
        if asked == "HEAD":
            # The router knows GET alone; the same answer leaves without its body.
            request.method = "GET"
        response = view(request, *args, **kwargs)
        request.method = asked
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = _not_allowed(request, response["Allow"])
        if asked in READ and response.status_code == HTTPStatus.OK:
            response = _cacheable(request, response)
        return _for_other_origins(request, response)

    return leave


def _not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    methods = sorted({*allowed.split(", "), *(["HEAD"] if "GET" in allowed else [])})
    detail = f"{request.method} does nothing here. Use {' or '.join(methods)}."
    return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, Allow=", ".join(methods))


def _cacheable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name the answer by its content, so that a client learns it has not changed."""
    etag = quote_etag(blake2b(response.content, digest_size=16).hexdigest())
    response.headers.setdefault("ETag", etag)
    response.headers.setdefault("Cache-Control", CACHE)
    modified = response.headers.get("Last-Modified")
    since = parse_http_date_safe(modified) if modified else None
    conditional = (
        get_conditional_response(
            request, etag=response["ETag"], last_modified=since, response=response
        )
        or response
    )
    if request.method == "HEAD":
        length = len(conditional.content)
        conditional.content = b""
        conditional.headers["Content-Length"] = str(length)
    return conditional


def _for_other_origins(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Everybody may read; from a browser, only the front ends in API_ORIGINS may write."""
    asked = request.headers.get("Access-Control-Request-Method", request.method)
    if asked in READ or (asked == "OPTIONS"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        patch_vary_headers(response, ["Origin"])
        if (origin := request.headers.get("Origin")) in settings.API_ORIGINS:
            response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
    return response
