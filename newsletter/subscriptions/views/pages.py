"""What the pages share: how one is answered, and what is said where a link leads nowhere."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.subscriptions.forms import known_locale

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

GONE, NOT_FOUND, UNPROCESSABLE, TOO_MANY = 410, 404, 422, 429
HOUR = 3600


def private(view: View) -> View:
    """A page whose address is a key: nobody keeps it, nobody passes it on."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def unknown(request: HttpRequest, locale: str = "") -> HttpResponse:
    """Say that the link leads nowhere. Nothing tells a forged one from one long forgotten."""
    response = page(
        request, "unknown", known_locale(locale, get_language_from_request(request)), NOT_FOUND
    )
    patch_vary_headers(response, ["Accept-Language"])
    return response


def page(
    request: HttpRequest, name: str, locale: str, status: int = 200, **context: Any
) -> HttpResponse:
    with translation.override(locale):
        response = render(request, f"newsletter/{name}.html", context, status=status)
    response["Content-Language"] = locale
    return response
