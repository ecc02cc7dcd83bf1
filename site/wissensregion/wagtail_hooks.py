"""What the site itself tells Wagtail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from wagtail import hooks
from wagtail.models import Page

if TYPE_CHECKING:
    from django.http import HttpRequest


@hooks.register("before_serve_page")
def refuse_pages_without_plugin(
    page: Page, request: HttpRequest, args: Any, kwargs: dict[str, Any]
) -> None:
    """A page whose plugin does not run keeps its row and has nothing to show."""
    if type(page) is Page:
        raise Http404
