"""The rows of a running site, read past the site itself."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgres": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
}
# Where a reader leaves traces: what the newsletter keeps, and what a session would.
PERSONAL = ("newsletter_", "django_session")
PAGES = (
    "SELECT page.id, page.title, page.slug, page.url_path, page.live, type.model, "
    "locale.language_code FROM wagtailcore_page page "
    "JOIN django_content_type type ON type.id = page.content_type_id "
    "JOIN wagtailcore_locale locale ON locale.id = page.locale_id ORDER BY page.id"
)


@dataclass(frozen=True)
class PageRow:
    """What the database says of a page."""

    id: int
    title: str
    slug: str
    url_path: str
    live: bool
    model: str
    locale: str

    @property
    def path(self) -> str:
        """Where readers find it: the home page's own slug is not part of the address."""
        _root, _home, *rest = self.url_path.split("/")
        prefix = "" if self.locale == "de" else f"/{self.locale}"
        return quote("/".join([prefix, *rest]))


def page_rows(database_url: str, model: str, locale: str) -> list[PageRow]:
    rows = [PageRow(*row) for row in read(database_url, PAGES)]
    return [row for row in rows if (row.model, row.locale) == (model.lower(), locale)]


def read(database_url: str, query: str) -> list[tuple[Any, ...]]:
    parts = urlsplit(database_url)
    if parts.scheme != "sqlite":
        with psycopg.connect(database_url) as connection:
            return connection.execute(query.encode()).fetchall()
    with closing(_open(parts.path[1:])) as file:
        return file.execute(query).fetchall()


def fingerprint(database_url: str) -> dict[str, str]:
    """Return one hash over all rows of each table of the newsletter."""
    return {
        table: hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
        for table, rows in newsletter_rows(database_url).items()
    }


def newsletter_rows(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table in which readers leave traces."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    names = sorted(
        name for (name,) in read(database_url, TABLES[kind]) if name.startswith(PERSONAL)
    )
    return {name: read(database_url, f'SELECT * FROM "{name}"') for name in names}  # noqa: S608


def mentions(database_url: str, words: str) -> list[str]:
    """Return the tables in which the words still stand somewhere."""
    return [
        table
        for table, rows in newsletter_rows(database_url).items()
        if any(words.lower() in repr(row).lower() for row in rows)
    ]


def _open(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
