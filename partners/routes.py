"""The short way to a page deep in the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import Page

if TYPE_CHECKING:
    from django.http import HttpRequest
    from wagtail.query import PageQuerySet


class ShortcutPage(Page):
    """A page that finds what lies below it at once.

    Wagtail asks twice at each level and once more for each thing the page shows.
    """

    class Meta:
        abstract = True

    def shortcuts(self) -> list[PageQuerySet]:
        """Say what may lie below: one query for each level, with all that its page shows."""
        raise NotImplementedError

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        levels = self.shortcuts()
        if 1 <= len(path_components) <= len(levels):
            path = f"{self.url_path}{'/'.join(path_components)}/"
            below = levels[len(path_components) - 1]
            if page := below.filter(url_path=path).first():
                return page.route(request, [])
        return super().route(request, path_components)
