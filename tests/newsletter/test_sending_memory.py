"""An audience is worked off in parts: however large it is, as much of it is held at once."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

from newsletter import mail
from newsletter.models import Subscriber, Subscription
from newsletter.sending import actions
from newsletter.sending.models import Dispatch
from newsletter.subscriptions import addresses
from tests.newsletter.carriers import ScriptedCarrier

if TYPE_CHECKING:
    import pytest

    from newsletter.models import IssuePage, Newsletter
    from wissensregion.models import User

SMALL, LARGE, CHUNK = 100, 1000, 50


class ForgetfulCarrier(ScriptedCarrier):
    """Only counts: what a test remembers would grow with the audience."""

    count = 0

    def carry(self, *args: Any, **kwargs: Any) -> mail.Receipt:
        receipt = super().carry(*args, **kwargs)
        self.count += len(self.accepted)
        self.accepted.clear()
        self.calls.clear()
        return receipt


def join(newsletter: Newsletter, first: int, last: int) -> None:
    found = [f"reader{number}@example.org" for number in range(first, last)]
    readers = Subscriber.objects.bulk_create(
        Subscriber(address=each, address_key=addresses.address_key(each), locale="de")
        for each in found
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=reader, newsletter=newsletter) for reader in readers
    )


def peak(dispatch: Dispatch) -> int:
    tracemalloc.start()
    while actions.continue_dispatch(dispatch.pk):
        pass
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    dispatch.refresh_from_db()
    assert dispatch.state == "completed"
    return most


def test_a_larger_audience_takes_no_more_memory(
    issue: IssuePage, newsletter: Newsletter, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = ForgetfulCarrier(size=CHUNK)
    monkeypatch.setattr(mail, "carrier", lambda **_limits: carrier)
    monkeypatch.setattr("newsletter.sending.audience.freeze_chunk.__defaults__", (CHUNK,))
    join(newsletter, 0, SMALL)
    first = actions.start(issue, editor)
    small = peak(first)

    join(newsletter, SMALL, SMALL + LARGE)
    large = peak(actions.follow_up(issue, editor, expected=LARGE))

    assert carrier.count == SMALL + LARGE
    # Less than fifty bytes for each of the nine hundred more: no row of theirs is as small.
    assert large < small + 40_000
