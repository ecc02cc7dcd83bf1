"""What search engines find: every public page, with its translations."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib.sitemaps import Sitemap

from wissensregion.api import lookup

if TYPE_CHECKING:
    from wagtail.models import Page


class PageSitemap(Sitemap[Any]):
    """The pages of all locales; Wagtail's own knows one locale's tree only."""

    limit = 5000

    def items(self) -> list[Page]:
        return list(lookup.public_pages().order_by("path").select_related("locale"))

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        languages = defaultdict(list)
        for item in self.items():
            alternate = {"lang_code": item.locale.language_code, "location": item.full_url}
            languages[item.translation_key].append(alternate)
        return [
            {
                "item": item,
                "location": item.full_url,
                "lastmod": item.last_published_at,
                "changefreq": None,
                "priority": "",
                "alternates": found if len(found) > 1 else [],
            }
            for item in self.paginator.page(page).object_list
            for found in [languages[item.translation_key]]
        ]
