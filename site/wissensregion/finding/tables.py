"""The full-text index over the search entries: FTS5 on SQLite, ``tsvector`` on PostgreSQL.

Both hold stems made by ``words``, so both find the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

ENTRIES = "wissensregion_searchentry"
INDEX = "wissensregion_searchindex"
# A word on more pages than this is looked for on the newest of them: so many are weighed.
WEIGHED = 400

INDEXED = "language, title, text"
OLD = (
    f"INSERT INTO {INDEX}({INDEX}, rowid, {INDEXED})"  # noqa: S608 - nothing of anybody's
    " VALUES ('delete', old.page_id, old.language, old.title, old.text);"
)
NEW = (
    f"INSERT INTO {INDEX}(rowid, {INDEXED})"  # noqa: S608
    " VALUES (new.page_id, new.language, new.title, new.text);"
)
SQLITE = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5({INDEXED}, content='{ENTRIES}',"
    " content_rowid='page_id', tokenize='unicode61')",
    f"CREATE TRIGGER {INDEX}_new AFTER INSERT ON {ENTRIES} BEGIN {NEW} END",
    f"CREATE TRIGGER {INDEX}_gone AFTER DELETE ON {ENTRIES} BEGIN {OLD} END",
    f"CREATE TRIGGER {INDEX}_other AFTER UPDATE ON {ENTRIES} BEGIN {OLD} {NEW} END",
)
# Stems already, so no language's configuration may change them.
POSTGRESQL = (
    f"ALTER TABLE {ENTRIES} ADD COLUMN stems tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', text), 'D')"
    ") STORED",
    f"CREATE INDEX {INDEX} ON {ENTRIES} USING gin (stems)",
)
CREATE = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
DROP = {
    "sqlite": (
        *(f"DROP TRIGGER {INDEX}_{when}" for when in ("new", "gone", "other")),
        f"DROP TABLE {INDEX}",
    ),
    "postgresql": (f"ALTER TABLE {ENTRIES} DROP COLUMN stems",),
}
# Each takes the same two parameters: a query as ``asked`` writes it, and the language.
MATCHES = {
    "sqlite": (
        f"SELECT rowid AS page_id, bm25({INDEX}, 0, 10, 1) AS score FROM {INDEX}"  # noqa: S608
        f" WHERE {INDEX} MATCH %s ORDER BY rowid DESC LIMIT {WEIGHED}"
    ),
    "postgresql": (
        "SELECT page_id, -ts_rank(stems, asked) AS score FROM ("  # noqa: S608
        f"SELECT page_id, stems, asked FROM {ENTRIES}, to_tsquery('simple', %s) AS asked"
        f" WHERE stems @@ asked AND language = %s ORDER BY page_id DESC LIMIT {WEIGHED}) AS newest"
    ),
}


def supports(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor in CREATE


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the index; the migration calls this once the entries' table stands."""
    _execute(connection, CREATE)


def drop(connection: BaseDatabaseWrapper) -> None:
    _execute(connection, DROP)


def _execute(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, ()):
            cursor.execute(statement)


def matches(connection: BaseDatabaseWrapper) -> str:
    """Return SQL for ``page_id`` and ``score``, the lowest best; ``asked`` has its parameters."""
    return MATCHES[connection.vendor]


def asked(
    connection: BaseDatabaseWrapper, stems: Sequence[str], language: str, *, beginnings: bool
) -> list[Any]:
    """Return the parameters for pages with all stems, or with words that begin so."""
    if connection.vendor == "postgresql":
        mark = ":*" if beginnings else ""
        return [" & ".join(f"'{stem}'{mark}" for stem in stems), language]
    mark = "*" if beginnings else ""
    parts = " AND ".join(f'"{stem}"{mark}' for stem in stems)
    return [f'language : "{language_token(language)}" AND {{title text}} : ({parts})']


def language_token(language: str) -> str:
    """Write a language as one word of the index."""
    return language.replace("-", "")
