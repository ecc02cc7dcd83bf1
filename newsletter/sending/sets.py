"""Many rows named at once, without a parameter for each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from collections.abc import Iterable

# Each is read by the database itself, in one statement that is the same for any number.
EACH_OF = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT value::bigint FROM json_array_elements_text(%s::json)",
}
# Names each with a word of its own, in the columns ``id`` and ``word``.
EACH_TOLD_IN = {
    "sqlite": (
        "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS word"
        " FROM json_each(%s)"
    ),
    "postgresql": (
        "SELECT (value->>0)::bigint AS id, value->>1 AS word FROM json_array_elements(%s::json)"
    ),
}


def told(words: Iterable[tuple[int, str]]) -> RawSQL:
    """A table of rows' numbers and a word for each, to join with in an update."""
    return RawSQL(EACH_TOLD_IN[connection.vendor], [json.dumps(list(words))])  # noqa: S611 - our own SQL


def among(pks: Iterable[int]) -> RawSQL:
    """What ``pk__in`` compares with.

    Django prepares, checks and names every value of a list; with 250 of them, five times for
    each window of a dispatch, that takes longer than what the database does.
    """
    return RawSQL(EACH_OF[connection.vendor], [json.dumps(list(pks))])  # noqa: S611 - our own SQL
