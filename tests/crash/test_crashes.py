"""A worker is killed at every place, on every batch: nobody gets a second mail, nobody is lost.

The faults F1 to F8 of the plan in docs/faults.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash import points

if TYPE_CHECKING:
    from tests.crash.crew import Crew

# Twelve readers in two languages, six to a chunk, three to a batch: six batches, their sizes
# 3, 1, 2, 3, 1, 2. In single mode each reader is a call.
BATCHES = {"first": 1, "single": 2, "middle": 4, "last": 6}
CALLS = {"first": 1, "single": 4, "middle": 7, "last": 12}
SIZES = {"first": 3, "single": 1, "middle": 3, "last": 2}


def passage(point: str, mode: str, position: str) -> int:
    """How often the worker has come by a point when it works on this one."""
    once_a_batch = point.startswith("claim")
    return (BATCHES if mode == "batch" or once_a_batch else CALLS)[position]


def never_called(point: str, mode: str, position: str) -> int:
    """How many had a permit that nobody was alive to use: they are unknown, and listed."""
    if point in {"permit_done", "noted"}:
        return SIZES[position] if mode == "batch" else 1
    # One commit holds what came of a call and the permit for the next of the same batch.
    chained = mode == "single" and position in {"first", "middle"}
    return 1 if point == "result_done" and chained else 0


@pytest.mark.parametrize("position", BATCHES)
@pytest.mark.parametrize("mode", ["batch", "single"])
@pytest.mark.parametrize("point", points.SENDING_POINTS)
def test_a_kill_while_sending_costs_no_second_mail_and_no_reader(
    crew: Crew, point: str, mode: str, position: str
) -> None:
    with crew.case(mode) as case:
        case.kill_at(point, passage(point, mode, position))
        case.do("recover_with_reports", log=str(case.log))

        lost = never_called(point, mode, position)
        assert case.breaches() == []
        assert case.counts() == counts(accepted=12 - lost, unknown=lost)
        assert case.state == ("unclear" if lost else "completed")


@pytest.mark.parametrize("position", BATCHES)
@pytest.mark.parametrize("mode", ["batch", "single"])
def test_a_kill_during_the_call_is_cleared_up_by_reports(
    crew: Crew, mode: str, position: str
) -> None:
    number = (BATCHES if mode == "batch" else CALLS)[position]
    with crew.case(mode, script={str(number): "accept_hold"}) as case:
        worker = case.begin("work")["pid"]
        case.until_held()
        case.kill(worker)
        case.do("recover", hours=[1])
        in_flight = SIZES[position] if mode == "batch" else 1
        assert case.counts() == counts(accepted=12 - in_flight, unknown=in_flight)
        assert case.breaches(reported=False) == ["I6 the dispatch is draining"]

        case.do("report", log=str(case.log))
        case.do("recover", hours=[2])

        assert case.breaches() == []
        assert case.state == "completed"


@pytest.mark.parametrize("mode", ["batch", "single"])
def test_what_was_permitted_and_never_called_stays_unknown_until_somebody_decides(
    crew: Crew, mode: str
) -> None:
    with crew.case(mode) as case:
        case.kill_at("permit_done")
        case.do("recover")
        unknown = 3 if mode == "batch" else 1
        assert case.state == "unclear"
        assert case.counts() == counts(accepted=12 - unknown, unknown=unknown)
        assert len(case.evidence().log) == 12 - unknown

        case.do("operate", verb="resend", count=unknown)
        case.do("recover", hours=[31])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"


@pytest.mark.parametrize("chunk", ["first", "last"])
@pytest.mark.parametrize("point", points.FREEZING)
def test_a_kill_while_freezing_plans_everybody_once(crew: Crew, point: str, chunk: str) -> None:
    only_once = point.startswith("ready")
    with crew.case() as case:
        case.kill_at(point, 1 if only_once or chunk == "first" else 2)
        planned = case.evidence()
        assert len(planned.rows) == planned.dispatch[1]

        case.do("recover")

        assert case.breaches(reported=False) == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"


@pytest.mark.parametrize("mode", ["batch", "single"])
@pytest.mark.parametrize("point", points.REAPING)
def test_a_kill_of_the_reaper_is_made_good_by_the_next(crew: Crew, point: str, mode: str) -> None:
    with crew.case(mode) as case:
        case.kill_at("noted", 2)
        case.kill_at(point, act="recover", hours=[1])
        case.do("recover", hours=[2, 32])

        lost = 1
        assert case.breaches() == []
        assert case.counts() == counts(accepted=12 - lost, unknown=lost)


@pytest.mark.parametrize("point", ["commit_in", "commit_done"])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_kill_while_a_report_is_taken_in_changes_nothing_once_it_is_repeated(
    crew: Crew, point: str, number: int
) -> None:
    with crew.case() as case:
        case.kill_at("answered", 2)
        case.do("recover", hours=[1])

        case.kill_at(point, number, act="report", log=str(case.log))
        case.do("recover_with_reports", log=str(case.log), hours=[2, 32])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}


@pytest.mark.parametrize("point", ["commit_in", "commit_done"])
def test_a_tick_that_dies_at_any_commit_is_made_good_by_the_next(crew: Crew, point: str) -> None:
    with crew.case() as case:
        case.kill_at("answered", 2)
        case.do("recover", hours=[1])
        case.do("report", log=str(case.log))

        for number in range(1, 13):
            case.run("recover", hours=[1 + number], stops=[(point, number, 9)])
        case.do("recover", hours=[20, 50])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}


@pytest.mark.parametrize("mode", ["batch", "single"])
def test_every_commit_of_a_dispatch_can_be_the_last_of_its_worker(crew: Crew, mode: str) -> None:
    """One worker after the other dies before or after its third commit, until all is done."""
    with crew.case(mode) as case:
        for number in range(60):
            point = ["commit_in", "commit_done"][number % 2]
            end = case.run("toil_once", stops=[(point, 3, 9)], hours=number)
            if end["end"] == "done":
                break
        case.do("report", log=str(case.log))
        if case.state == "paused":
            # So many unknown among twelve pause it by itself, where a look falls between two.
            case.do("operate", verb="resume")
        case.do("recover", hours=[100, 130])

        assert case.breaches() == []


def counts(**states: int) -> dict[str, int]:
    return {state: count for state, count in states.items() if count}
