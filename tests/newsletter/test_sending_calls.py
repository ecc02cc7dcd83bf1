"""The permit before a call, and what is made of whatever comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter import mail
from newsletter.models import Attempt, Batch, Delivery, Dispatch, OperatorAct, SenderAccount
from newsletter.sending import actions, audience, permits
from newsletter.sending.results import Result
from tests.newsletter.carriers import UNKNOWN, Killed, ScriptedCarrier, not_accepted

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.models import IssuePage, Subscription
    from wissensregion.models import User

PEOPLE = [f"reader{number}@example.org" for number in range(8)]


@pytest.fixture
def dispatch(issue: IssuePage, editor: User, subscribed: Callable[..., Subscription]) -> Dispatch:
    for address in PEOPLE:
        subscribed(address)
    return actions.start(issue, editor)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    """The mail service in use, in the place of the real one."""
    carrier = ScriptedCarrier()
    monkeypatch.setattr(mail, "carrier", lambda **_limits: carrier)
    return carrier


def go_on(dispatch: Dispatch) -> Dispatch:
    """Let a worker come by once more, all waits over."""
    SenderAccount.objects.update(open_until=None)
    Batch.objects.update(not_before=timezone.now())
    Delivery.objects.update(due_at=None)
    actions.continue_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    return dispatch


def counts(dispatch: Dispatch) -> dict[str, int]:
    return {state: n for state, n in dispatch.deliveries.all().counts().items() if n}


def leases_are_over() -> None:
    Batch.objects.exclude(lease_until=None).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def frozen(dispatch: Dispatch) -> None:
    assert actions.may_send()
    while audience.freeze_chunk(dispatch.pk):
        pass
    assert actions.release_due(dispatch.pk)


def one_call(dispatch: Dispatch, *, single: bool = False) -> tuple[Batch, permits.Call]:
    """Claim a batch and get the permit for its first call."""
    frozen(dispatch)
    batch = permits.claim(dispatch.pk, "one")
    assert batch
    permit = permits.permit(batch, "brevo", most=8, single=single)
    return batch, permit.calls[0]


def test_one_call_carries_everybody(dispatch: Dispatch, service: ScriptedCarrier) -> None:
    go_on(dispatch)

    assert [sorted(call) for call in service.calls] == [PEOPLE]
    assert dispatch.state == "completed"
    assert Attempt.objects.get().outcome == "accepted"


@pytest.mark.parametrize("batches", [True, False])
def test_a_crash_in_the_call_leaves_unknown_what_was_in_it_and_never_repeats(
    dispatch: Dispatch, service: ScriptedCarrier, *, batches: bool
) -> None:
    service.batches = batches

    def dies(addresses: list[str]) -> None:
        if PEOPLE[2] in addresses:
            service.accepted += addresses
            raise Killed

    service.script = dies
    with pytest.raises(Killed):
        go_on(dispatch)
    service.script = None
    leases_are_over()

    go_on(dispatch)

    unknown = dispatch.deliveries.filter(state="unknown").values_list("address", flat=True)
    assert PEOPLE[2] in unknown
    assert sum(counts(dispatch).values()) == 8
    assert len(service.accepted) == len(set(service.accepted))
    assert set(PEOPLE) - set(service.accepted) <= set(unknown)
    assert dispatch.state == "unclear"


def test_nothing_unknown_is_sent_again_by_itself(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    service.script = lambda _addresses: UNKNOWN

    for _round in range(5):
        leases_are_over()
        go_on(dispatch)

    assert len(service.calls) == 1
    assert counts(dispatch) == {"unknown": 8}


def test_while_a_call_may_have_arrived_the_database_refuses_a_second(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    batch, call = one_call(dispatch)

    for delivery in (None, call.copies[0].pk):
        first = (
            Attempt.objects.create(batch=batch, delivery_id=delivery, epoch=1, owner="x")
            if delivery
            else None
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.create(batch=batch, delivery_id=delivery, epoch=9, owner="other")
        assert first is None or first.pk


def test_a_batch_taken_over_gives_the_first_worker_no_permit(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    frozen(dispatch)
    slow = permits.claim(dispatch.pk, "slow")
    assert slow
    leases_are_over()
    permits.reap()
    assert permits.claim(dispatch.pk, "quick")

    assert not permits.permit(slow, "brevo", most=8, single=False).calls


def test_a_late_yes_corrects_an_unknown(dispatch: Dispatch, service: ScriptedCarrier) -> None:
    batch, call = one_call(dispatch)
    leases_are_over()
    permits.reap()
    assert counts(dispatch) == {"unknown": 8}

    answers = {copy.key: mail.Answer(message_id="<1@x>") for copy in call.copies}
    receipt = mail.Receipt(verdict=mail.Verdict.ACCEPTED, answers=answers)
    permits.record(batch, [Result(call, receipt)])

    go_on(dispatch)
    assert counts(dispatch) == {"accepted": 8}
    assert dispatch.state == "completed"
    assert not service.calls


@pytest.mark.parametrize("single", [True, False])
def test_a_late_no_reopens_a_dispatch_that_seemed_done(
    dispatch: Dispatch, service: ScriptedCarrier, *, single: bool
) -> None:
    batch, call = one_call(dispatch, single=single)
    service.batches = not single
    leases_are_over()
    permits.reap()
    go_on(dispatch)
    assert dispatch.state == "unclear"

    throttled = not_accepted(mail.Cause.THROTTLED)
    permits.record(batch, [Result(call, throttled)])
    permits.record(batch, [Result(call, throttled)])
    dispatch.refresh_from_db()
    assert dispatch.state == "sending"
    go_on(dispatch)

    late = {copy.address for copy in call.copies}
    assert late <= set(service.accepted)
    assert len(service.accepted) == len(set(service.accepted))
    assert not counts(dispatch).get("planned")


def test_one_poisonous_recipient_is_found_and_all_others_get_it(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    poison = PEOPLE[5]
    service.script = lambda addresses: (
        not_accepted(mail.Cause.CONTENT, "invalid recipient") if poison in addresses else None
    )

    for _round in range(6):
        go_on(dispatch)

    assert sorted([*service.accepted, poison]) == PEOPLE
    failed = dispatch.deliveries.get(state="failed")
    assert (failed.address, failed.reason) == (poison, "invalid recipient")
    # One call a level for the half with the poison in it, and one for the other half (F21).
    assert len(service.calls) <= 2 * 3 + 1
    assert dispatch.state == "completed"


def test_a_call_too_large_is_halved_and_the_size_remembered(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    service.script = lambda addresses: (
        not_accepted(mail.Cause.TOO_LARGE) if len(addresses) > 4 else None
    )

    for _round in range(3):
        go_on(dispatch)

    assert sorted(service.accepted) == PEOPLE
    assert SenderAccount.objects.get().max_batch == 4


def test_a_partial_refusal_names_each(dispatch: Dispatch, service: ScriptedCarrier) -> None:
    service.refused = {PEOPLE[0]: "550 no such user", PEOPLE[1]: "550 mailbox closed"}

    go_on(dispatch)

    refused = dispatch.deliveries.filter(state="refused")
    assert dict(refused.values_list("address", "reason")) == service.refused
    assert counts(dispatch) == {"accepted": 6, "refused": 2}


def test_a_locked_account_pauses_at_once_and_loses_nobody(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    service.script = lambda _addresses: not_accepted(mail.Cause.ACCOUNT, "403 account suspended")
    go_on(dispatch)
    assert (dispatch.state, dispatch.last_error) == ("paused", "403 account suspended")
    assert OperatorAct.objects.filter(dispatch=dispatch, verb="auto_pause").count() == 1

    service.script = None
    assert actions.resume(dispatch)
    go_on(dispatch)

    assert sorted(service.accepted) == PEOPLE


def test_told_to_wait_it_waits_and_halves_the_pace(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    service.script = lambda _addresses: not_accepted(mail.Cause.THROTTLED, "429", retry_after=90)

    actions.continue_dispatch(dispatch.pk)

    account = SenderAccount.objects.get()
    assert account.slowdown == 0.5
    assert account.open_until
    assert account.open_until > timezone.now() + timedelta(seconds=80)
    actions.continue_dispatch(dispatch.pk)
    assert len(service.calls) == 1


def test_failures_in_a_row_open_the_circuit_and_a_success_closes_it(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    service.script = lambda _addresses: not_accepted(mail.Cause.UNREACHABLE, "refused")
    for _round in range(4):
        go_on(dispatch)
    assert SenderAccount.objects.get().open_until is None
    go_on(dispatch)
    assert SenderAccount.objects.get().open_until

    service.script = None
    go_on(dispatch)

    assert SenderAccount.objects.get().failures == 0
    assert counts(dispatch) == {"accepted": 8}


def test_who_is_erased_during_a_call_that_fails_is_not_planned_again(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    batch, call = one_call(dispatch)
    gone = call.copies[0]
    Delivery.objects.filter(pk=gone.pk).update(state="unknown", address=None)

    permits.record(batch, [Result(call, not_accepted())])

    delivery = Delivery.objects.get(pk=gone.pk)
    assert (delivery.state, delivery.reason) == ("skipped", "ended")
    assert counts(dispatch) == {"planned": 7, "skipped": 1}


def test_a_worker_that_slept_too_long_makes_no_call(
    dispatch: Dispatch, service: ScriptedCarrier, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.NEWSLETTER_LEASE_SECONDS = 0

    actions.continue_dispatch(dispatch.pk)

    assert not service.calls
    assert counts(dispatch) == {"planned": 8}


def test_cancelling_during_a_call_leaves_out_who_was_not_taken(
    dispatch: Dispatch, service: ScriptedCarrier
) -> None:
    batch, call = one_call(dispatch)
    assert actions.cancel(dispatch)

    permits.record(batch, [Result(call, not_accepted())])

    assert counts(dispatch) == {"skipped": 8}


def test_an_operator_may_send_again_to_those_unknown_and_must_say_how_many(
    dispatch: Dispatch, service: ScriptedCarrier, editor: User
) -> None:
    service.script = lambda _addresses: UNKNOWN
    go_on(dispatch)
    service.script = None
    with pytest.raises(actions.WrongCountError):
        actions.resend_unknown(dispatch, editor, "asked the service", count=7)

    assert actions.resend_unknown(dispatch, editor, "asked the service", count=8) == 8
    go_on(dispatch)

    assert sorted(service.accepted) == PEOPLE
    assert dispatch.state == "completed"
    assert list(Attempt.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "abandoned",
        "accepted",
    ]
    act = OperatorAct.objects.get(verb="resend")
    assert (act.user, act.reason, act.count) == (editor, "asked the service", 8)
