"""What holds for every answer: what a browser may do with it, and in which language it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import cached_property
from django.utils.translation import activate, get_language, get_language_from_path
from wagtail.contrib.redirects.middleware import RedirectMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """Tell the browser what our answers may do: readers' nothing from elsewhere, the CMS's
    what Wagtail needs.
    """

    @cached_property
    def cms(self) -> str:
        return reverse("wagtailadmin_home")

    @cached_property
    def written(self) -> dict[bool, str]:
        """The policies of the CMS and of all else, which django-csp writes anew for each answer."""
        return {
            True: build_policy(settings.CMS_CONTENT_SECURITY_POLICY),
            False: build_policy(),
        }

    @cached_property
    def two_suffice(self) -> bool:
        """Whether the settings ask django-csp for nothing but these two."""
        return not (
            settings.DEBUG
            or hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")
            or "EXCLUDE_URL_PREFIXES" in settings.CONTENT_SECURITY_POLICY
        )

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, *args, **kwargs)
        report_only = bool(args or kwargs.get("report_only"))
        if not report_only and self.is_for_editors(request):
            parts.config = settings.CMS_CONTENT_SECURITY_POLICY
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if self.two_suffice and not asks_for_another(request, response):
            response.headers.setdefault(HEADER, self.written[self.is_for_editors(request)])
        else:
            response = super().process_response(request, response)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        # Pictures, fonts and the API may be used by front ends and mails elsewhere; pages not.
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def is_for_editors(self, request: HttpRequest) -> bool:
        # Wagtail draws a preview by a request of its own, to the page's address.
        return request.path_info.startswith(self.cms) or getattr(request, "is_preview", False)


def asks_for_another(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a view or a template wants a nonce or a policy of its own, as django-csp offers."""
    return "_csp_nonce" in vars(request) or any(name.startswith("_csp") for name in vars(response))


class PathLocaleMiddleware(MiddlewareMixin):
    """Speak the language of the path; so one cached answer fits every visitor.

    Django's own asks what the browser prefers, and says ``Vary: Accept-Language``, though with an
    unprefixed first language it never follows it.
    """

    def process_request(self, request: HttpRequest) -> None:
        activate(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = get_language()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", get_language())
        return response


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
