"""Links within running text."""

from __future__ import annotations

from django.utils.html import format_html
from wagtail.rich_text.pages import PageLinkHandler

from wissensregion.pages import in_language


class LocalLinkHandler(PageLinkHandler):
    """Links to pages in the reader's language; a page that is not public is no link.

    Wagtail's own asks for each page's type, its fields and its translation.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        numbers = [
            int(attrs["id"]) if attrs.get("id", "").isdecimal() else 0 for attrs in attrs_list
        ]
        pages = in_language(numbers)
        return [
            format_html('<a href="{}">', pages[number].url) if number in pages else "<a>"
            for number in numbers
        ]
