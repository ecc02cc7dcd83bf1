"""The database refuses every way between two states that the table of states does not know."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import psycopg
import pytest

from newsletter.sending.ways import WATCHED
from tests.crash import databases

if TYPE_CHECKING:
    from tests.crash.crew import Crew

REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)


def test_the_database_knows_the_same_ways_as_the_table(crew: Crew) -> None:
    with crew.case() as case:
        case.do("walk")
        found = json.loads((case.home / "ways").read_text())

    for table, _column, ways in WATCHED:
        assert {tuple(way) for way in found[table]} == {
            (was, to) for was in ways for to in ways[was]
        }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE newsletter_edition SET html = 'x'",
        "UPDATE newsletter_edition SET version = 7",
        "DELETE FROM newsletter_edition",
        "UPDATE newsletter_operatoract SET reason = 'x'",
        "UPDATE newsletter_operatoract SET verb = 'cancel', count = 1",
        "DELETE FROM newsletter_operatoract",
        "UPDATE newsletter_delivery SET state = 'planned'",
        "UPDATE newsletter_probe SET digest = 'x'",
        "UPDATE newsletter_probe SET differences = '[1]'",
        "DELETE FROM newsletter_probe",
    ],
)
def test_what_is_frozen_or_done_cannot_be_touched_by_anybody(crew: Crew, statement: str) -> None:
    with crew.case() as case:
        case.do("work")
        case.do("operate", verb="log")

        with pytest.raises(REFUSED):
            databases.write(case.database, statement)
