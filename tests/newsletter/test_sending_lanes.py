"""Several lanes of one worker: who finds nothing does not leave the others alone with the rest."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, cast

import pytest

from newsletter.sending import handover, health, permits
from newsletter.sending.handover import Lane
from newsletter.sending.models import Batch, Dispatch

if TYPE_CHECKING:
    from newsletter.mail import Carrier
    from newsletter.sending.copies import Addressing

ANOTHER = "another lane"


class Work:
    """Batches as they become due, and what a lane did with them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *due: Batch | None) -> None:
        self.due = list(due)
        self.done: list[Batch] = []
        self.pauses = 0
        self.at_work = {ANOTHER}
        monkeypatch.setattr(permits, "claim", lambda _dispatch, _owner: self.due.pop(0))
        monkeypatch.setattr(handover, "sleep", self._sleep)
        monkeypatch.setattr(health, "look_at", lambda _dispatch: None)
        monkeypatch.setattr(Lane, "_work_off", lambda _lane, batch: self.done.append(batch))

    def _sleep(self, _seconds: float) -> None:
        self.pauses += 1
        if not self.due[1:]:
            self.at_work.discard(ANOTHER)

    def lane(self) -> Lane:
        carrier, addressing = cast("Carrier", None), cast("Addressing", None)
        return Lane(Dispatch(pk=1), carrier, inf, {}, addressing, self.at_work)


def test_a_lane_joins_once_the_first_batch_which_goes_alone_is_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    second = Batch(seq=2)
    work = Work(monkeypatch, None, None, second, None, None)

    more = work.lane().run()

    assert not more
    assert work.done == [second]
    assert work.pauses == 3


def test_a_lane_ends_when_nothing_is_due_and_nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch, None)
    work.at_work.clear()

    assert not work.lane().run()

    assert work.pauses == 0


def test_a_lane_that_breaks_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch, Batch(seq=1))
    monkeypatch.setattr(Lane, "_work_off", lambda _lane, _batch: 1 / 0)
    lane = work.lane()

    with pytest.raises(ZeroDivisionError):
        lane.run()

    assert lane.owner not in work.at_work
