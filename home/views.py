"""Where visitors say that something cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from home import actions
from home.forms import ReportForm
from wissensregion.networks import network_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

UNPROCESSABLE, TOO_MANY = 422, 429
HOUR = 3600


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
