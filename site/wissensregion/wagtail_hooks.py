"""What the site itself tells Wagtail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from wagtail import hooks
from wagtail.models import Page

from wissensregion.panels import ProcessesPanel
from wissensregion.rich_text import LocalLinkHandler

if TYPE_CHECKING:
    from django.http import HttpRequest
    from wagtail.rich_text.feature_registry import FeatureRegistry


@hooks.register("before_serve_page")
def refuse_pages_without_plugin(
    page: Page, request: HttpRequest, args: Any, kwargs: dict[str, Any]
) -> None:
    """A page whose plugin does not run keeps its row and has nothing to show."""
    if type(page) is Page:
        raise Http404


# After Wagtail's own, which it replaces.
@hooks.register("register_rich_text_features", order=10)
def link_in_the_language_of_the_reader(features: FeatureRegistry) -> None:
    features.register_link_type(LocalLinkHandler)


@hooks.register("construct_homepage_panels")
def say_who_works(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ProcessesPanel())
