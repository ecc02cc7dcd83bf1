"""What the home plugin adds to the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from home.panels import LegalPanel
from home.viewsets import AccessibilityReportViewSet, SiteProfileViewSet

if TYPE_CHECKING:
    from django.http import HttpRequest

register_snippet(SiteProfileViewSet)
register_snippet(AccessibilityReportViewSet)


@hooks.register("construct_homepage_panels")
def say_what_the_law_asks_for(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.is_authenticated:
        panels.append(LegalPanel(request.user))
