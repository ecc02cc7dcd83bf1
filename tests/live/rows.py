"""The rows of a running site, read past the site itself."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'newsletter%'",
    "postgres": (
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_name LIKE 'newsletter%'"
    ),
}


def fingerprint(database_url: str) -> dict[str, str]:
    """Return one hash over all rows of each table of the newsletter."""
    return {
        table: hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
        for table, rows in newsletter_rows(database_url).items()
    }


def newsletter_rows(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    parts = urlsplit(database_url)
    tables = _sqlite(parts.path[1:]) if parts.scheme == "sqlite" else _postgres(database_url)
    assert tables, f"there are no tables of the newsletter in {parts.scheme}:{parts.path}"
    return tables


def mentions(database_url: str, words: str) -> list[str]:
    """Return the tables in which the words still stand somewhere."""
    return [
        table
        for table, rows in newsletter_rows(database_url).items()
        if any(words.lower() in repr(row).lower() for row in rows)
    ]


def _sqlite(path: str) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        names = [name for (name,) in connection.execute(TABLES["sqlite"])]
        return {
            name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
            for name in sorted(names)
        }


def _postgres(url: str) -> dict[str, list[tuple[Any, ...]]]:
    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute(TABLES["postgres"])]
        every = sql.SQL("SELECT * FROM {}")
        return {
            name: connection.execute(every.format(sql.Identifier(name))).fetchall()
            for name in sorted(names)
        }
