"""What editors look at before they publish: the page itself, in lists, and passed on."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from wissensregion.plugin import Teasable

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LIST, LINK = "list", "link"


class PreviewedPage(Page):
    """A page that editors see from more sides than one before they publish it."""

    class Meta:
        abstract = True

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        listed = [(LIST, _("In lists"))] if isinstance(self, Teasable) else []
        return [("", _("Page")), *listed, (LINK, _("As a shared link"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        page: HttpResponse = super().serve_preview(request, mode_name)
        if mode_name == LIST and isinstance(self, Teasable):
            context = {"page": self, "teaser": self.as_teaser(), "is_logo": hasattr(self, "logo")}
            return TemplateResponse(request, "wissensregion/previews/list.html", context)
        if mode_name == LINK:
            # Read from the page itself, so that it shows what others will read there.
            card = said_to_others(rendered(page))
            return TemplateResponse(
                request, "wissensregion/previews/link.html", {"page": self, "card": card}
            )
        return page


def rendered(response: HttpResponse) -> str:
    if isinstance(response, TemplateResponse):
        response.render()
    return response.content.decode()


class _Head(HTMLParser):
    """Reads what a page's head says to those who show a link to it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_title = tag == "title" and "title" not in self.said
        if tag == "meta":
            given = dict(attrs)
            name = given.get("property") or given.get("name") or ""
            # What every page says to search engines comes first; a word to networks outdoes it.
            key = name.removeprefix("og:").replace(":", "_")
            self.said[key] = given.get("content") or ""

    def handle_endtag(self, tag: str) -> None:
        self.in_title = False

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.said["page_title"] = self.said.get("page_title", "") + data


def said_to_others(html: str) -> dict[str, str]:
    """Return title, description, picture and site as networks and messengers read them."""
    head = _Head()
    head.feed(html)
    return head.said
