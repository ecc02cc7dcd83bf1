"""Many press send at once: one dispatch, and the others are told who was first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.live.furnished import copy_database
from tests.live.needs import ROOT
from tests.newsletter.pressing import BEGIN, THREADS

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 400


@pytest.fixture(params=["furnished", "furnished_on_postgres"], ids=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return copy_database(request.getfixturevalue(request.param), tmp_path)


def pressed(database: str, var: Path, how: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN.format(how=how)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "wissensregion.settings.test",
            "DATABASE_URL": database,
            "VAR_DIR": str(var),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("how", ["different", "same"])
def test_twenty_presses_at_once_are_one_dispatch_and_the_others_learn_who_was_first(
    database: str, tmp_path: Path, how: str
) -> None:
    came = pressed(database, tmp_path, how)

    assert came["dispatches"] == 1
    assert Counter(came["mails"]) == {"ada@example.org": 1, "grace@example.org": 1}
    assert {status for status, _where, _told in came["answers"]} == {"302"}
    assert len({where for _status, where, _told in came["answers"]}) == 1
    first = [told for _status, _where, told in came["answers"] if "unterwegs" in told]
    later = [told for _status, _where, told in came["answers"] if "zweimal" in told]
    assert (len(first), len(later)) == (1, THREADS - 1)
    assert any("person" in told for told in later)


def test_twenty_follow_ups_at_once_are_one(database: str, tmp_path: Path) -> None:
    came = pressed(database, tmp_path, "followup")

    assert came["dispatches"] == 2
    assert set(Counter(came["mails"]).values()) == {1}
    assert len(came["mails"]) == 4
    # Who comes when all is over already sees the form again, with nobody left to send to.
    assert {status for status, _where, _told in came["answers"]} <= {"302", "200"}
    assert len([told for _status, _where, told in came["answers"] if "unterwegs" in told]) == 1
