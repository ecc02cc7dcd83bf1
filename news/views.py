"""What programs read of the news: feeds, what is new, and which lists there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from news import feeds
from news import sitemap as new

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


@require_safe
def feed(request: HttpRequest, kind: str, language: str, topic: str = "") -> HttpResponseBase:
    try:
        found = feeds.written(kind, language, topic)
    except feeds.NoFeedError as error:
        raise Http404(str(error)) from error
    changed = int(found.changed.timestamp())
    answer = HttpResponse(found.content, content_type=found.content_type)
    answer.headers["ETag"] = found.etag
    answer.headers["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, found.etag, changed, answer) or answer


# What is new grows old by itself: nobody may keep it until something else changes.
@cache_control(no_cache=True)
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(new.write(), content_type="application/xml")


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    return HttpResponse(new.write_lists(), content_type="application/xml")
