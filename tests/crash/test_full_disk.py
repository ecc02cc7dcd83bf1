"""The disk is full: what cannot be written down is not done, and what was done is not lost.

The fault F27 of the plan in docs/faults.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash import crew as crews
from tests.crash import databases

if TYPE_CHECKING:
    from collections.abc import Iterator

READERS, MOST = 60, 15
# So many pages are left when a worker begins: it stops in the freeze, or at one of the permits.
ROOM = (0, 4, 6, 8, 9)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory, service: str) -> Iterator[crews.Crew]:
    """Readers enough for the database to grow by them; only SQLite can be told how far."""
    home = tmp_path_factory.mktemp("full")
    with crews.crew(home, databases.Files(home), service, readers=READERS) as found:
        found.prepare(most=MOST)
        yield found


def test_a_full_disk_costs_no_second_mail_and_no_reader(crowd: crews.Crew) -> None:
    stopped = set()
    for room in ROOM:
        with crowd.case() as case:
            end = case.run("work", room=room)
            assert end == {"end": "done", "code": 1}, (room, end)
            assert "database or disk is full" in case.said()
            stopped.add(case.calls() > 0)

            # There is room again.
            case.do("recover_with_reports", log=str(case.log))

            assert case.breaches() == [], room
            assert case.state in {"completed", "unclear"}
    assert stopped == {False, True}, "it was full before the first call, and after one"
