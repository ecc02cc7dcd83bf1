"""A mail service that answers wrongly, late or never, and workers that all die at once.

The faults F9, F14 to F16, F18, F19 and F21 of the plan in docs/faults.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.scene import address

if TYPE_CHECKING:
    from tests.crash.crew import Crew

MODES = pytest.mark.parametrize("mode", ["batch", "single"])
# What is unknown after one such call: the first one of the dispatch.
SIZE = {"batch": 3, "single": 1}


@MODES
@pytest.mark.parametrize("fault", ["accept_500", "accept_hang", "accept_reset", "accept_garble"])
def test_a_yes_that_gets_lost_is_found_by_reports(crew: Crew, fault: str, mode: str) -> None:
    with crew.case(mode, script={"1": fault}, hangs=1.2) as case:
        case.do("work", timeout=[1, 0.5])
        assert case.counts() == {"accepted": 12 - SIZE[mode], "unknown": SIZE[mode]}

        case.do("recover_with_reports", log=str(case.log))

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"


@MODES
@pytest.mark.parametrize("fault", ["500", "reset"])
def test_a_doubtful_no_is_never_tried_again_by_itself(crew: Crew, fault: str, mode: str) -> None:
    with crew.case(mode, script={"1": fault}) as case:
        case.do("work")
        case.do("recover_with_reports", log=str(case.log))

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12 - SIZE[mode], "unknown": SIZE[mode]}
        assert case.state == "unclear"


@MODES
def test_a_plain_no_is_tried_again_until_all_have_it(crew: Crew, mode: str) -> None:
    with crew.case(mode, script={"1": "429", "2": "429", "5": "429"}) as case:
        case.do("work")
        case.do("recover", hours=[1, 2, 3, 4])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"


@MODES
def test_one_poisonous_address_costs_only_itself(crew: Crew, mode: str) -> None:
    with crew.case(mode, poison=address(0)) as case:
        case.do("work")
        case.do("recover", hours=[1, 2, 3, 4])

        assert case.breaches() == []
        assert case.counts() == {"accepted": 11, "failed": 1}
        assert case.state == "completed"


@MODES
def test_four_workers_that_die_at_once_call_for_nobody_twice(crew: Crew, mode: str) -> None:
    script = {str(number): "accept_hold" for number in range(1, 5)}
    with crew.case(mode, script=script) as case:
        case.kill_at("ready_done")
        workers = [case.begin("work")["pid"] for _number in range(4)]
        case.until_held(4)
        for worker in workers:
            case.kill(worker)
        case.do("recover_with_reports", log=str(case.log))

        assert case.breaches() == []
        assert case.counts() == {"accepted": 12}
        assert case.state == "completed"
