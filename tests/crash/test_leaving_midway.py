"""Readers who leave or are erased while the issue is on its way, at five moments each.

The faults F40 and F42 of the plan in docs/faults.md; and what is cancelled within a permit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash import databases
from tests.crash.scene import address

if TYPE_CHECKING:
    from tests.crash.crew import Case, Crew

MODES = pytest.mark.parametrize("mode", ["batch", "single"])
# In the first batch, whatever the mode.
READER = 0
BEFORE_THE_PERMIT = ["before the freeze", "after the freeze", "after the claim"]
AROUND_THE_CALL = ["during the call", "after the call"]


PLACES = {
    "after the freeze": "ready_done",
    "after the claim": "claim_done",
    "after the call": "answered",
}


def let_go(case: Case, moment: str, act: str) -> None:
    """Let the reader leave at this moment of a worker's work, and the work go on."""
    if moment == "before the freeze":
        case.do(act, address=address(READER))
        case.do("work")
    elif moment == "during the call":
        pid = case.begin("work")["pid"]
        case.until_held()
        case.do(act, address=address(READER))
        case.ask("release")
        assert case.wait(pid) == {"end": "done", "code": 0}, case.said()
    else:
        pid = case.freeze_at(PLACES[moment])
        case.do(act, address=address(READER))
        case.thaw(pid)


def script(moment: str) -> dict[str, str]:
    return {"1": "accept_hold"} if moment == "during the call" else {}


@MODES
@pytest.mark.parametrize("moment", BEFORE_THE_PERMIT)
def test_who_leaves_before_the_permit_gets_nothing(crew: Crew, moment: str, mode: str) -> None:
    with crew.case(mode) as case:
        let_go(case, moment, "leave")
        case.do("recover", hours=[1])

        readers = 11 if moment == "before the freeze" else 12
        assert case.breaches(candidates=readers, never=[address(READER)]) == []
        assert case.state == "completed"
        if moment != "before the freeze":
            assert case.state_of(READER) == "skipped"


@MODES
@pytest.mark.parametrize("moment", AROUND_THE_CALL)
def test_who_leaves_around_the_call_has_it_once(crew: Crew, moment: str, mode: str) -> None:
    with crew.case(mode, script=script(moment)) as case:
        let_go(case, moment, "leave")
        case.do("recover", hours=[1])

        assert case.breaches() == []
        assert case.state_of(READER) == "accepted"
        assert case.counts() == {"accepted": 12}


@MODES
@pytest.mark.parametrize("moment", BEFORE_THE_PERMIT)
def test_who_is_erased_before_the_permit_gets_nothing(crew: Crew, moment: str, mode: str) -> None:
    with crew.case(mode) as case:
        let_go(case, moment, "erase")
        case.do("recover", hours=[1])

        readers = 11 if moment == "before the freeze" else 12
        assert case.breaches(candidates=readers, never=[address(READER)]) == []
        assert case.state == "completed"
        assert traces(case) == []


@MODES
@pytest.mark.parametrize("moment", AROUND_THE_CALL)
def test_who_is_erased_around_the_call_is_counted_and_forgotten(
    crew: Crew, moment: str, mode: str
) -> None:
    with crew.case(mode, script=script(moment)) as case:
        let_go(case, moment, "erase")
        case.do("recover", hours=[1])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"
        assert traces(case) == []


@MODES
def test_who_is_erased_while_unknown_is_not_brought_back_by_reports(crew: Crew, mode: str) -> None:
    with crew.case(mode) as case:
        case.kill_at("answered")
        case.do("recover", hours=[1])
        assert case.state_of(READER) == "unknown"

        case.do("erase", address=address(READER))
        case.do("recover_with_reports", log=str(case.log), hours=[2, 40])

        assert case.breaches(reported=False) == []
        assert traces(case) == []


# SQLite has one writer: nothing else happens within a permit.
@MODES
@pytest.mark.parametrize("act", ["cancel", "erase"])
@pytest.mark.parametrize(
    "crew", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_what_is_taken_away_within_a_permit_is_not_called_for(
    crew: Crew, mode: str, act: str
) -> None:
    with crew.case(mode) as case:
        pid = case.freeze_at("wanted")
        if act == "cancel":
            case.do("operate", verb="cancel")
        else:
            case.do("erase", address=address(READER))
        case.thaw(pid)
        case.do("recover", hours=[1, 2])

        assert case.breaches(never=[address(READER)]) == []


def traces(case: Case) -> list[str]:
    """Where the erased reader's address still stands in the database."""
    return databases.mentions(case.database, address(READER))
