"""Where visitors say that something cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from home import actions
from home.forms import ReportForm
from home.models import SiteProfile
from wissensregion.networks import network_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

UNPROCESSABLE, TOO_MANY = 422, 429
HOUR = 3600
# The paper of the light design; a manifest knows no dark one.
PAPER = "#f7fafa"
ICONS = {"192": "any", "512": "any", "maskable-512": "maskable"}


# Nobody is signed in here, so there is nothing a foreign page could misuse, and no cookie is set.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form of the accessibility statement, or take it."""
    if request.method != "POST":
        return _page(request, "report", _known(request.GET.get("locale")), report=ReportForm())
    language = _known(request.POST.get("locale"))
    with translation.override(language):
        form = ReportForm(request.POST)
        if form.is_robot:
            return _page(request, "reported", language)
        if not form.is_valid():
            return _page(request, "report", language, UNPROCESSABLE, report=form)
        if not actions.admit(network_of(request.META)):
            form.add_error(
                None,
                _("Many reports have come in just now. Please try again in an hour."),
            )
            response = _page(request, "report", language, TOO_MANY, report=form)
            response["Retry-After"] = str(HOUR)
            return response
        wish = form.cleaned_data
        actions.report(
            message=wish["message"],
            place=wish["place"],
            address=wish["address"],
            language=language,
        )
    return _page(request, "reported", language)


def _known(wanted: str | None) -> str:
    known = dict(settings.LANGUAGES)
    return next(
        (code for code in (wanted, get_language()) if code in known), settings.LANGUAGE_CODE
    )


def _page(
    request: HttpRequest, name: str, language: str, status: int = 200, **context: Any
) -> HttpResponse:
    with translation.override(language):
        response = render(request, f"home/{name}.html", context, status=status)
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def manifest(request: HttpRequest, language: str) -> JsonResponse:
    """Say how the site looks among the apps of a telephone."""
    if language not in dict(settings.LANGUAGES):
        message = "There is no site in this language."
        raise Http404(message)
    profile = SiteProfile.heard_in(language)
    prefix = "" if language == settings.LANGUAGE_CODE else f"{language}/"
    described = {
        "name": profile.organisation if profile else settings.WAGTAIL_SITE_NAME,
        "short_name": settings.WAGTAIL_SITE_NAME,
        "description": profile.claim if profile else "",
        "lang": language,
        "id": f"/{prefix}",
        "start_url": f"/{prefix}",
        "scope": "/",
        "display": "browser",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {
                "src": static(f"wissensregion/icons/{name}.png"),
                "sizes": f"{name[-3:]}x{name[-3:]}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in ICONS.items()
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")
