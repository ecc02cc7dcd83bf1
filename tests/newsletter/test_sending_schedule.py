"""When a dispatch begins, who lets it go, and what keeps a copy of the database from sending."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter import mail
from newsletter.models import Attempt, Batch, Delivery, Dispatch, EngineHost, OperatorAct
from newsletter.sending import actions, audience, fence
from tests.newsletter.carriers import ScriptedCarrier
from tests.newsletter.reporting import past_the_guards

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

    from newsletter.models import IssuePage, Subscription
    from wissensregion.models import User

PEOPLE = [f"reader{number}@example.org" for number in range(5)]
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    carrier = ScriptedCarrier()
    monkeypatch.setattr(mail, "carrier", lambda **_limits: carrier)
    return carrier


@pytest.fixture
def readers(subscribed: Callable[..., Subscription]) -> list[Subscription]:
    return [subscribed(address) for address in PEOPLE]


@pytest.fixture
def dispatch(issue: IssuePage, editor: User, readers: list[Subscription]) -> Dispatch:
    return actions.start(issue, editor)


def state(dispatch: Dispatch) -> str:
    dispatch.refresh_from_db()
    return dispatch.state


def test_a_minute_to_think_again(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any, clock: TimeMachineFixture
) -> None:
    settings.NEWSLETTER_UNDO_SECONDS = 60
    actions.continue_dispatch(dispatch.pk)
    clock.shift(59)
    actions.continue_dispatch(dispatch.pk)
    assert (state(dispatch), service.calls) == ("ready", [])

    clock.shift(2)
    actions.continue_dispatch(dispatch.pk)

    assert sorted(service.accepted) == PEOPLE


def test_within_that_minute_a_cancel_means_nobody_gets_it(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any, clock: TimeMachineFixture
) -> None:
    settings.NEWSLETTER_UNDO_SECONDS = 60
    actions.continue_dispatch(dispatch.pk)

    assert actions.cancel(dispatch)

    clock.shift(120)
    actions.continue_dispatch(dispatch.pk)
    assert not service.calls


def test_where_two_are_asked_for_the_first_cannot_be_the_second(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any, editor: User, admin: User
) -> None:
    settings.NEWSLETTER_FOUR_EYES = True
    actions.continue_dispatch(dispatch.pk)
    assert not service.calls
    with pytest.raises(actions.SecondPersonError):
        actions.release(dispatch, editor)

    assert actions.release(dispatch, admin)
    actions.continue_dispatch(dispatch.pk)

    assert sorted(service.accepted) == PEOPLE
    assert Dispatch.objects.get().released_by == admin


def test_a_scheduled_dispatch_begins_at_its_time(
    issue: IssuePage,
    editor: User,
    readers: list[Subscription],
    service: ScriptedCarrier,
    clock: TimeMachineFixture,
) -> None:
    dispatch = actions.start(issue, editor, at=timezone.now() + timedelta(hours=2))
    actions.continue_dispatch(dispatch.pk)
    assert (state(dispatch), service.calls) == ("scheduled", [])
    assert dispatch.pk not in actions.left_alone()

    clock.shift(timedelta(hours=2, seconds=1))
    assert dispatch.pk in actions.left_alone()
    actions.continue_dispatch(dispatch.pk)

    assert sorted(service.accepted) == PEOPLE


def test_found_days_late_it_is_held_for_a_person(
    issue: IssuePage,
    editor: User,
    readers: list[Subscription],
    service: ScriptedCarrier,
    clock: TimeMachineFixture,
) -> None:
    dispatch = actions.start(issue, editor, at=timezone.now() + timedelta(hours=2))
    clock.shift(timedelta(days=3))

    actions.continue_dispatch(dispatch.pk)
    assert (state(dispatch), dispatch.hold_reason) == ("held", "late")
    assert not service.calls

    assert actions.release(dispatch, editor, "still true")
    actions.continue_dispatch(dispatch.pk)
    assert sorted(service.accepted) == PEOPLE


def test_far_more_readers_than_released_are_held_for_a_person(
    issue: IssuePage,
    editor: User,
    subscribed: Callable[..., Subscription],
    service: ScriptedCarrier,
) -> None:
    for number in range(20):
        subscribed(f"more{number}@example.org")
    dispatch = actions.start(issue, editor, expected=5)

    actions.continue_dispatch(dispatch.pk)
    assert (state(dispatch), dispatch.hold_reason, dispatch.frozen_count) == ("held", "count", 20)
    assert not service.calls

    assert actions.release(dispatch, editor)
    actions.continue_dispatch(dispatch.pk)
    assert len(service.accepted) == 20


def test_the_same_press_replayed_is_the_same_dispatch(
    issue: IssuePage, editor: User, readers: list[Subscription]
) -> None:
    nonce = uuid.uuid4()
    first = actions.start(issue, editor, nonce=nonce)

    with pytest.raises(actions.AlreadyStartedError) as again:
        actions.start(issue, editor, nonce=nonce)

    assert again.value.dispatch == first


def test_a_follow_up_reaches_only_who_came_later(
    dispatch: Dispatch,
    issue: IssuePage,
    editor: User,
    subscribed: Callable[..., Subscription],
    service: ScriptedCarrier,
) -> None:
    actions.continue_dispatch(dispatch.pk)
    subscribed("late@example.org")

    later = actions.follow_up(issue, editor, expected=1)
    actions.continue_dispatch(later.pk)

    assert service.calls[1:] == [["late@example.org"]]


def test_domains_take_turns() -> None:
    addresses = ["a@one.de", "b@one.de", "c@one.de", "d@two.de", "e@three.de"]
    readers = [audience.Reader(1, address, address, "de") for address in addresses]

    order = [reader.address for reader in audience._interleaved(readers)]  # noqa: SLF001

    assert order == ["a@one.de", "d@two.de", "e@three.de", "b@one.de", "c@one.de"]


def test_the_first_server_is_taken_in_and_remembers_each_permit(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any
) -> None:
    actions.continue_dispatch(dispatch.pk)

    lines = (Path(settings.NEWSLETTER_STATE_DIR) / "flight-recorder").read_text().splitlines()
    assert lines[0] == f"instance {EngineHost.objects.get().instance}"
    assert [line.split()[:2] for line in lines[1:]] == [
        [str(attempt.pk), str(attempt.batch_id)] for attempt in Attempt.objects.order_by("pk")
    ]
    assert "@" not in "".join(lines)


def test_a_copy_of_the_database_on_another_server_sends_nothing(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any, tmp_path: Path, editor: User
) -> None:
    assert actions.may_send()
    settings.NEWSLETTER_STATE_DIR = tmp_path / "staging"

    actions.continue_dispatch(dispatch.pk)
    assert (state(dispatch), dispatch.hold_reason) == ("held", "fence")
    assert not service.calls

    actions.adopt_server(editor, "the site moved")
    assert actions.release(dispatch, editor)
    actions.continue_dispatch(dispatch.pk)
    assert sorted(service.accepted) == PEOPLE


def test_a_restored_database_calls_unknown_what_was_permitted_since(
    dispatch: Dispatch, service: ScriptedCarrier, editor: User
) -> None:
    while audience.freeze_chunk(dispatch.pk):
        pass
    assert actions.may_send()
    actions.continue_dispatch(dispatch.pk)
    assert sorted(service.accepted) == PEOPLE
    # The backup is from before the call.
    with past_the_guards():
        Attempt.objects.all().delete()
        Delivery.objects.update(state="planned", message_id="")
        Batch.objects.update(state="pending")
        Dispatch.objects.update(state="sending", completed_at=None)

    actions.continue_dispatch(dispatch.pk)
    assert fence.standing() == fence.Standing.BEHIND
    assert (state(dispatch), dispatch.hold_reason) == ("held", "fence")

    assert actions.adopt_server(editor, "restored from last night") == 5
    assert actions.release(dispatch, editor)
    actions.continue_dispatch(dispatch.pk)

    assert len(service.calls) == 1
    assert state(dispatch) == "unclear"
    assert OperatorAct.objects.get(verb="adopt").count == 5


def test_a_server_is_adopted_by_command_and_only_with_a_reason(
    dispatch: Dispatch, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert actions.may_send()
    settings.NEWSLETTER_STATE_DIR = tmp_path / "other"
    with pytest.raises(CommandError):
        call_command("adopt_server", reason=" ")
    assert fence.standing() == fence.Standing.STRANGER

    call_command("adopt_server", reason="site moved")
    call_command("adopt_server", reason="twice")

    assert fence.standing() == fence.Standing.FINE
    assert list(OperatorAct.objects.filter(verb="adopt").values_list("reason", flat=True)) == [
        "site moved"
    ]
