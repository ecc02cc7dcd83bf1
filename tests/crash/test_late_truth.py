"""Answers and reports that come at the wrong moment: too late, or too early.

The faults F11, F24, F25 and F34 of the plan in docs/faults.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.crew import REPORTER

if TYPE_CHECKING:
    from tests.crash.crew import Crew

MODES = pytest.mark.parametrize("mode", ["batch", "single"])
HELD = {"batch": 3, "single": 1}


@MODES
def test_a_late_no_makes_work_again_of_what_was_waited_for(crew: Crew, mode: str) -> None:
    with crew.case(mode, script={"1": "hold_429"}) as case:
        slow = case.begin("work")["pid"]
        case.until_held()
        case.do("recover", hours=[1])
        assert case.counts() == {"accepted": 12 - HELD[mode], "unknown": HELD[mode]}
        assert case.state == "draining"

        case.ask("release")
        assert case.wait(slow)["code"] == 0
        assert case.state == "sending"
        case.do("recover", hours=[2, 3])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"


@MODES
def test_a_late_no_is_heard_after_the_patience_was_over(crew: Crew, mode: str) -> None:
    with crew.case(mode, script={"1": "hold_429"}) as case:
        slow = case.begin("work")["pid"]
        case.until_held()
        case.do("recover")
        assert case.state == "unclear"

        case.ask("release")
        assert case.wait(slow)["code"] == 0
        case.do("recover", hours=[31, 32])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}


@MODES
def test_a_late_yes_ends_the_doubt_without_a_second_call(crew: Crew, mode: str) -> None:
    with crew.case(mode, script={"1": "accept_hold"}) as case:
        slow = case.begin("work")["pid"]
        case.until_held()
        case.do("recover", hours=[1])
        assert case.counts()["unknown"] == HELD[mode]
        calls = case.calls()

        case.ask("release")
        assert case.wait(slow)["code"] == 0
        case.do("recover", hours=[2])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.calls() == calls


@MODES
def test_a_report_that_overtakes_our_own_note_is_the_truth_already(crew: Crew, mode: str) -> None:
    with crew.case(mode) as case:
        site = case.begin("serve")
        case.ask(
            "open",
            log=str(case.log),
            database=case.database,
            script={str(number): "accept_report" for number in range(1, 13)},
            reports=f"http://127.0.0.1:{site['port']}/newsletter/webhooks/brevo/",
            reporter=REPORTER,
        )
        worker = case.freeze_at("answered")
        case.do("recover", hours=[0])
        assert case.counts()["accepted"] == HELD[mode]

        case.thaw(worker)
        case.kill(site["pid"])
        case.do("recover", hours=[1])

        evidence = case.evidence()
        assert case.breaches() == []
        assert case.state == "completed"
        assert {row.outcome for row in evidence.rows.values()} == {"delivered"}
        assert {outcome for outcome, _count in evidence.attempts.values()} == {"accepted"}


@MODES
def test_a_worker_that_slept_before_its_call_does_not_make_it(crew: Crew, mode: str) -> None:
    with crew.case(mode) as case:
        pid = case.freeze_at("noted", settings={"NEWSLETTER_LEASE_SECONDS": 1})
        case.do("recover", hours=[1])
        case.thaw_after(pid, seconds=0.6)
        case.do("recover", hours=[2, 3])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}


@MODES
def test_a_worker_that_slept_after_its_call_still_brings_the_truth(crew: Crew, mode: str) -> None:
    with crew.case(mode) as case:
        pid = case.freeze_at("answered")
        case.do("recover", hours=[1])
        assert case.counts()["unknown"] == HELD[mode]
        case.thaw(pid)
        case.do("recover", hours=[2])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
