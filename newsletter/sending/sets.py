"""Many rows named, and many read, at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

# Each is read by the database itself, in one statement that is the same for any number.
EACH_OF = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT value::bigint FROM json_array_elements_text(%s::json)",
}
# Names each with a word of its own, in the columns ``id`` and ``word``.
EACH_TOLD_IN = {
    "sqlite": "SELECT CAST(key AS INTEGER) AS id, atom AS word FROM json_each(%s)",
    "postgresql": "SELECT key::bigint AS id, value AS word FROM json_each_text(%s::json)",
}


def told(words: Iterable[tuple[int, str]]) -> RawSQL:
    """A table of rows' numbers and a word for each, to join with in an update."""
    return RawSQL(EACH_TOLD_IN[connection.vendor], [json.dumps(dict(words))])  # noqa: S611 - our own SQL


def among(pks: Iterable[int]) -> RawSQL:
    """What ``pk__in`` compares with.

    Django prepares, checks and names every value of a list; with 250 of them, five times for
    each window of a dispatch, that takes longer than what the database does.
    """
    return RawSQL(EACH_OF[connection.vendor], [json.dumps(list(pks))])  # noqa: S611 - our own SQL


def read(rows: QuerySet[Any, tuple[Any, ...]], columns: int) -> list[Sequence[Any]]:
    """Read all rows of a query for numbers and texts.

    SQLite gives out row by row, and each time another thread goes first: where several lanes are
    at work, that takes longer than all the rest of a commit. So it writes them as one value.
    """
    if connection.vendor != "sqlite":
        return list(rows)
    sql, params = rows.query.sql_with_params()
    names = ", ".join(f"c{number}" for number in range(columns))
    whole = (
        f"WITH found({names}) AS ({sql}) SELECT json_group_array(json_array({names})) FROM found"  # noqa: S608 - our own SQL
    )
    with connection.cursor() as cursor:
        cursor.execute(whole, params)
        found: list[Sequence[Any]] = json.loads(cursor.fetchone()[0])
    return found
