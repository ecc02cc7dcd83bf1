"""Asks the site's own index which public pages hold some words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from wagtail.models import Page

from wissensregion.finding import excerpts, tables, words
from wissensregion.models import public

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString
    from wagtail.models import Locale

MOST = tables.WEIGHED
SHOWN = ("id", "title", "url_path", "slug", "path", "depth", "locale_id", "translation_key")


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that was found, and why."""

    page: Page
    summary: str
    # The title, and a part of the text if the words stand there, with the words marked.
    marked: SafeString | str
    excerpt: SafeString | str

    @property
    def title(self) -> str:
        return str(self.page.title)


class Hits:
    """The pages that hold every word, the best first; if there is none, with words that begin so.

    A list to be shown in parts. Each part is one query, and tells how many there are.
    """

    def __init__(self, query: str, locale: Locale) -> None:
        self.locale = locale
        self.language = str(locale.language_code)
        self.stems = [stem for stem in words.stems(query, self.language) if stem]
        self.total: int | None = None
        self.read: dict[int, list[Hit]] = {}

    def __len__(self) -> int:
        if self.total is None:
            self.part(0, 1)
        return self.total or 0

    def __getitem__(self, part: slice) -> list[Hit]:
        start, stop = part.start or 0, part.stop or MOST
        return (self.read.get(start) or self.part(start, stop))[: stop - start]

    def part(self, start: int, stop: int) -> list[Hit]:
        """Read one part, and with it how many there are."""
        found = list(self._rows(start, stop)) if self.stems else []
        if found or not start:
            self.total = found[0].hits if found else 0
        self.read[start] = [self._hit(page) for page in found]
        return self.read[start]

    def _rows(self, start: int, stop: int) -> Iterable[Any]:
        pages = public(Page.objects.live().filter(locale=self.locale)).order_by()
        sql, parameters = pages.values("pk").query.sql_with_params()
        matches = tables.matches(connection)
        columns = ", ".join(f"pages.{name}" for name in SHOWN)
        found: Iterable[Any] = Page.objects.raw(
            # Nothing in it is the visitor's.
            f"WITH public(id) AS NOT MATERIALIZED ({sql}),"  # noqa: S608
            f" whole AS (SELECT * FROM ({matches}) AS asked"
            " WHERE EXISTS (SELECT 1 FROM public WHERE id = page_id)),"
            f" begun AS (SELECT * FROM ({matches}) AS asked"
            " WHERE EXISTS (SELECT 1 FROM public WHERE id = page_id)),"
            " found AS (SELECT * FROM whole UNION ALL"
            " SELECT * FROM begun WHERE NOT EXISTS (SELECT 1 FROM whole)),"
            f" best AS (SELECT page_id, score, COUNT(*) OVER () AS hits FROM found),"
            " shown AS (SELECT * FROM best ORDER BY score, page_id DESC LIMIT %s OFFSET %s)"
            f" SELECT {columns}, entries.words, entries.summary, shown.hits FROM shown"
            " JOIN wagtailcore_page AS pages ON pages.id = shown.page_id"
            f" JOIN {tables.ENTRIES} AS entries ON entries.page_id = shown.page_id"
            " ORDER BY shown.score, shown.page_id DESC",
            [
                *parameters,
                *tables.asked(connection, self.stems, self.language, beginnings=False),
                *tables.asked(connection, self.stems, self.language, beginnings=True),
                stop - start,
                start,
            ],
        )
        return found

    def _hit(self, page: Any) -> Hit:
        page.locale = self.locale
        return Hit(
            page=page,
            summary=page.summary,
            marked=excerpts.marked(page.title, self.stems, self.language),
            excerpt=excerpts.excerpt(page.words, self.stems, self.language),
        )
