"""The language of an answer is in its address, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class PathLocaleMiddleware(LocaleMiddleware):
    """Speak the language of the path; so one cached answer fits every visitor.

    Django's own says ``Vary: Accept-Language`` of each address without a prefix, though
    with an unprefixed first language it never looks at that header.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        before = response.headers.get("Vary")
        answer = super().process_response(request, response)
        answer.headers.pop("Vary", None)
        if before:
            patch_vary_headers(answer, before.split(", "))
        return answer
