"""Databases copied in milliseconds, on SQLite and on PostgreSQL, and read past the product."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg

from tests.live.postgres import create_database

if TYPE_CHECKING:
    from pathlib import Path

SQLITE = "SELECT name FROM sqlite_master WHERE type = 'table'"
POSTGRESQL = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


@dataclass(frozen=True)
class Files:
    """SQLite: a database is a file."""

    folder: Path
    vendor = "sqlite"

    def create(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite3"

    def copy(self, template: str, name: str) -> str:
        url = self.create(name)
        shutil.copyfile(_path(template), _path(url))
        return url

    def drop(self, url: str) -> None:
        for tail in ("", "-wal", "-shm"):
            (self.folder / f"{_path(url)}{tail}").unlink(missing_ok=True)


@dataclass(frozen=True)
class Server:
    """PostgreSQL: a database is copied by its server."""

    address: str
    vendor = "postgresql"

    def create(self, name: str) -> str:
        return create_database(self.address, name)

    def copy(self, template: str, name: str) -> str:
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template.rpartition("/")[2]}"')
        return f"{self.address}/{name}"

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def read(url: str, query: str) -> list[tuple[Any, ...]]:
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode()).fetchall()
    with closing(sqlite3.connect(_path(url), timeout=20)) as file:
        return file.execute(query).fetchall()


def mentions(url: str, words: str) -> list[str]:
    """Return the tables in which the words still stand somewhere."""
    tables = [name for (name,) in read(url, SQLITE if url.startswith("sqlite") else POSTGRESQL)]
    return [
        name
        for name in tables
        if any(words in repr(row) for row in read(url, f'SELECT * FROM "{name}"'))  # noqa: S608
    ]


def write(url: str, statement: str) -> None:
    """Change something behind the product's back."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as connection:
            connection.execute(statement.encode())
        return
    with closing(sqlite3.connect(_path(url), timeout=20)) as file, file:
        file.execute(statement)


def _path(url: str) -> str:
    return urlsplit(url).path[1:]
