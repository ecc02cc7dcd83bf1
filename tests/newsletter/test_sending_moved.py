"""Readers change their address while an issue is on its way: it follows them, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsletter import mail
from newsletter.models import Dispatch, Subscriber, Subscription
from newsletter.sending import actions, audience
from newsletter.subscriptions import actions as subscriptions
from tests.newsletter.carriers import ScriptedCarrier, not_accepted

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

    from newsletter.models import IssuePage
    from wissensregion.models import User

OLD, NEW = "ada@old.example", "ada@new.example"


@pytest.fixture(params=[True, False], ids=["batch", "single"])
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    carrier = ScriptedCarrier(batches=request.param)
    monkeypatch.setattr(mail, "carrier", lambda **_limits: carrier)
    return carrier


@pytest.fixture
def ada(subscribed: Callable[..., Subscription]) -> Subscriber:
    return subscribed(OLD).subscriber


@pytest.fixture
def dispatch(
    issue: IssuePage, editor: User, ada: Subscriber, grace: Subscriber, service: ScriptedCarrier
) -> Dispatch:
    """Frozen for ada at her old address, and for grace; nothing is handed over yet."""
    dispatch = actions.start(issue, editor)
    while audience.freeze_chunk(dispatch.pk):
        pass
    dispatch.refresh_from_db()
    return dispatch


def move(person: Subscriber, address: str) -> None:
    person.refresh_from_db()
    assert subscriptions.confirm(subscriptions.ask_to_move(person, address))


def reasons(dispatch: Dispatch) -> list[tuple[str, str]]:
    return list(dispatch.deliveries.order_by("pk").values_list("state", "reason"))


def test_what_is_planned_goes_to_the_new_address_alone(
    dispatch: Dispatch, ada: Subscriber, service: ScriptedCarrier
) -> None:
    move(ada, NEW)

    actions.continue_dispatch(dispatch.pk)

    assert sorted(service.accepted) == [NEW, "grace@example.org"]
    kept = dispatch.deliveries.get(address=NEW)
    ada.refresh_from_db()
    assert kept.address_key == ada.address_key


def test_a_call_refused_at_the_old_address_is_made_again_for_the_new_one(
    clock: TimeMachineFixture, dispatch: Dispatch, ada: Subscriber, service: ScriptedCarrier
) -> None:
    def moving(addresses: list[str]) -> mail.Receipt | None:
        if OLD not in addresses:
            return None
        move(ada, NEW)
        return not_accepted()

    service.script = moving
    actions.continue_dispatch(dispatch.pk)
    clock.shift(600)
    actions.continue_dispatch(dispatch.pk)

    assert sorted(service.accepted) == [NEW, "grace@example.org"]
    assert sum(OLD in call for call in service.calls) == 1


def test_an_address_that_has_the_issue_does_not_get_it_again(
    dispatch: Dispatch, ada: Subscriber, grace: Subscriber, service: ScriptedCarrier
) -> None:
    """Grace goes elsewhere once she has hers; ada then takes over the mailbox."""

    def leaving_behind(addresses: list[str]) -> mail.Receipt | None:
        return None if addresses == ["grace@example.org"] else not_accepted()

    service.size, service.script = 1, leaving_behind
    actions.continue_dispatch(dispatch.pk)
    move(grace, "grace@new.example")
    move(ada, "grace@example.org")

    service.script = None
    assert actions.pause(dispatch)
    assert actions.resume(dispatch)
    actions.continue_dispatch(dispatch.pk)

    assert service.accepted == ["grace@example.org"]
    assert ("skipped", "moved") in reasons(dispatch)
    dispatch.refresh_from_db()
    assert dispatch.state == "completed"


def test_who_moves_to_somebody_who_reads_already_gets_nothing_at_the_old_address(
    dispatch: Dispatch, ada: Subscriber, service: ScriptedCarrier
) -> None:
    move(ada, "grace@example.org")

    actions.continue_dispatch(dispatch.pk)

    assert service.accepted == ["grace@example.org"]
    assert ("skipped", "ended") in reasons(dispatch)


def test_a_follow_up_does_not_find_again_who_had_it_at_the_old_address(
    dispatch: Dispatch, issue: IssuePage, ada: Subscriber, service: ScriptedCarrier
) -> None:
    actions.continue_dispatch(dispatch.pk)
    assert OLD in service.accepted

    move(ada, NEW)

    assert not audience.audience(issue.newsletter_id, issue.translation_key).exists()
