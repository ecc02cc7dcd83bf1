"""What holds for every answer: what a browser may do with it, and in which language it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from wagtail.contrib.redirects.middleware import RedirectMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """Tell the browser what our answers may do: readers' nothing from elsewhere, the CMS's
    what Wagtail needs.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, *args, **kwargs)
        report_only = bool(args or kwargs.get("report_only"))
        in_cms = request.path_info.startswith(reverse("wagtailadmin_home"))
        # Wagtail draws a preview by a request of its own, to the page's address.
        if not report_only and (in_cms or getattr(request, "is_preview", False)):
            parts.config = settings.CMS_CONTENT_SECURITY_POLICY
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        answer = super().process_response(request, response)
        answer.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        # Pictures, fonts and the API may be used by front ends and mails elsewhere; pages not.
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return answer


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


class OldAddressMiddleware(RedirectMiddleware):
    """Send readers of an old address to where the page is now, and never round in a circle.

    A page that got an old address of its own back leaves Wagtail with a redirect from there to
    itself, which waits until the page is taken down.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        if answer is response:
            return response
        to = urlsplit(answer.headers["Location"])
        here = to.netloc in ("", request.get_host())
        return response if here and to.path == request.path else answer
