"""The engine's promises: nobody twice, nobody lost, nothing claimed that is not known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter import mail
from newsletter.composing.render import RenderError
from newsletter.models import Delivery, Dispatch, Edition, Subscription
from newsletter.sending import actions, audience, handover, tasks
from newsletter.sending.models import DeliveryState
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions.models import EndReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

    from newsletter.models import IssuePage, Subscriber
    from wissensregion.models import User

PEOPLE = [f"reader{number}@example.org" for number in range(7)]


class Killed(BaseException):
    """The worker's process ends here."""


@pytest.fixture
def dispatch(issue: IssuePage, editor: User, subscribed: Callable[..., Subscription]) -> Dispatch:
    """An issue for seven readers, begun and not yet sent."""
    for address in PEOPLE:
        subscribed(address)
    outbox.outbox.clear()
    return actions.start(issue, editor)


@pytest.fixture
def planned(dispatch: Dispatch) -> Dispatch:
    """The same, its audience frozen."""
    while audience.freeze_chunk(dispatch.pk):
        pass
    dispatch.refresh_from_db()
    return dispatch


def sent_to() -> list[str]:
    return [address for message in outbox.outbox for address in message.to]


def test_everybody_gets_it_once(dispatch: Dispatch) -> None:
    actions.continue_dispatch(dispatch.pk)
    actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert sorted(sent_to()) == PEOPLE
    assert dispatch.state == "completed"
    assert dispatch.deliveries.all().counts()["accepted"] == 7


def test_a_second_start_is_told_who_was_first(
    dispatch: Dispatch, issue: IssuePage, admin: User, editor: User
) -> None:
    with pytest.raises(actions.AlreadyStartedError) as second:
        actions.start(issue, admin)

    assert second.value.dispatch.requested_by == editor
    assert Dispatch.objects.count() == 1
    assert Edition.objects.count() == 1


def test_the_database_refuses_a_second_delivery_of_an_issue(planned: Dispatch) -> None:
    first = planned.deliveries.first()
    assert first is not None
    other = Dispatch.objects.create(
        newsletter=planned.newsletter, issue_key=planned.issue_key, state="cancelled"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            dispatch=other, edition=first.edition, issue_key=first.issue_key,
            address=first.address, address_key=first.address_key,
        )  # fmt: skip


def test_a_freeze_that_is_cut_off_goes_on_where_it_stopped(dispatch: Dispatch) -> None:
    audience.freeze_chunk(dispatch.pk, size=3)
    audience.freeze_chunk(dispatch.pk, size=3)
    assert dispatch.deliveries.count() == 6

    while audience.freeze_chunk(dispatch.pk, size=3):
        pass

    assert [each.address for each in dispatch.deliveries.order_by("address")] == PEOPLE


def test_a_crash_while_freezing_leaves_neither_rows_nor_cursor(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dispatch, "save", _killed)

    with pytest.raises(Killed):
        audience.freeze_chunk(dispatch.pk, size=3)

    dispatch.refresh_from_db()
    assert (dispatch.cursor, dispatch.deliveries.count()) == (0, 0)


def test_a_crash_in_the_call_leaves_one_unknown_that_is_never_repeated(
    planned: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over = mail.send

    def killed_after_the_third(*args: Any, **kwargs: Any) -> str:
        hand_over(*args, **kwargs)
        if len(sent_to()) == 3:
            raise Killed
        return ""

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", killed_after_the_third)
        with pytest.raises(Killed):
            actions.continue_dispatch(planned.pk)
    counts = planned.deliveries.all().counts()
    assert (counts["accepted"], counts["submitting"], counts["planned"]) == (2, 1, 4)
    Delivery.objects.filter(state="submitting").update(
        claimed_at=timezone.now() - timedelta(minutes=11)
    )

    actions.continue_dispatch(planned.pk)

    planned.refresh_from_db()
    counts = planned.deliveries.all().counts()
    assert (counts["unknown"], counts["accepted"]) == (1, 6)
    assert sorted(sent_to()) == PEOPLE
    assert planned.state == "completed"


def test_a_call_that_may_still_be_running_is_left_alone(planned: Dispatch) -> None:
    delivery = planned.deliveries.earliest("pk")
    assert handover.permit(delivery)

    actions.continue_dispatch(planned.pk)

    planned.refresh_from_db()
    assert delivery.address not in sent_to()
    assert planned.deliveries.all().counts()["submitting"] == 1
    assert planned.state == "sending"


def test_a_slow_worker_may_still_say_what_came_of_its_call(planned: Dispatch) -> None:
    delivery = planned.deliveries.earliest("pk")
    handover.permit(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(state="unknown")

    handover.record(delivery, handover.Answer(DeliveryState.ACCEPTED, message_id="<1@x>"))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.message_id) == ("accepted", "<1@x>")


def test_a_late_no_reopens_a_completed_dispatch(planned: Dispatch) -> None:
    delivery = planned.deliveries.earliest("pk")
    handover.permit(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(state="unknown")
    actions.continue_dispatch(planned.pk)

    handover.record(delivery, handover.Answer(DeliveryState.PLANNED, "refused"))
    Delivery.objects.update(due_at=None)
    actions.continue_dispatch(planned.pk)

    planned.refresh_from_db()
    assert sorted(sent_to()) == PEOPLE
    assert planned.state == "completed"


def test_who_is_erased_during_a_call_that_fails_is_not_planned_again(planned: Dispatch) -> None:
    delivery = planned.deliveries.earliest("pk")
    handover.permit(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(state="unknown", address=None)

    handover.record(delivery, handover.Answer(DeliveryState.PLANNED, "busy"))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("skipped", "ended")


def test_of_two_workers_one_gets_the_permit(planned: Dispatch) -> None:
    delivery = planned.deliveries.earliest("pk")
    same = Delivery.objects.get(pk=delivery.pk)

    assert [handover.permit(delivery), handover.permit(same)] == [True, False]


def test_a_suppressed_address_is_left_out_between_plan_and_call(planned: Dispatch) -> None:
    delivery = planned.deliveries.earliest("pk")
    subscriptions.suppress(delivery.address_key, EndReason.COMPLAINED)

    actions.continue_dispatch(planned.pk)

    delivery.refresh_from_db()
    assert delivery.state == "skipped"
    assert len(sent_to()) == 6


def test_a_paused_dispatch_gives_no_permit_and_goes_on_when_told(planned: Dispatch) -> None:
    assert actions.pause(planned)
    actions.continue_dispatch(planned.pk)
    assert not sent_to()

    planned.refresh_from_db()
    assert actions.resume(planned)
    actions.continue_dispatch(planned.pk)

    assert sorted(sent_to()) == PEOPLE


def test_a_dispatch_paused_while_freezing_goes_on_freezing(dispatch: Dispatch) -> None:
    audience.freeze_chunk(dispatch.pk, size=3)
    actions.pause(dispatch)
    assert not audience.freeze_chunk(dispatch.pk)

    dispatch.refresh_from_db()
    actions.resume(dispatch)
    actions.continue_dispatch(dispatch.pk)

    assert sorted(sent_to()) == PEOPLE


def test_a_cancelled_dispatch_sends_nothing_more_and_cannot_be_resumed(planned: Dispatch) -> None:
    assert actions.cancel(planned)

    actions.continue_dispatch(planned.pk)

    assert not sent_to()
    assert not actions.resume(planned)
    assert planned.deliveries.all().counts()["skipped"] == 7


def test_after_a_cancel_only_those_not_reached_get_it(
    planned: Dispatch, issue: IssuePage, editor: User
) -> None:
    reached = planned.deliveries.earliest("pk")
    handover.permit(reached)
    handover.record(reached, handover.Answer(DeliveryState.ACCEPTED))
    actions.cancel(planned)

    actions.continue_dispatch(actions.start(issue, editor).pk)

    assert sorted([*sent_to(), str(reached.address)]) == PEOPLE


def test_errors_in_a_row_make_it_wait_and_then_pause_with_words(
    dispatch: Dispatch,
    subscribed: Callable[..., Subscription],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(5):
        subscribed(f"more{number}@example.org")

    def down(*_args: object, **_kwargs: object) -> str:
        reason = "Connection refused"
        raise mail.MailError(reason, mail.Failure.NOT_ACCEPTED)

    monkeypatch.setattr(mail, "send", down)
    actions.continue_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.errors_in_row) == ("sending", 3)
    assert dispatch.due_at is not None
    assert dispatch.pk not in actions.left_alone()

    for _try in range(9):
        Dispatch.objects.update(due_at=None)
        Delivery.objects.update(due_at=None)
        actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.last_error) == ("paused", "Connection refused")
    assert dispatch.deliveries.all().counts()["planned"] == 12


def test_the_tick_finds_the_work_when_every_task_is_lost(dispatch: Dispatch) -> None:
    call_command("newsletter_tick")

    assert sorted(sent_to()) == PEOPLE


def test_the_tick_leaves_alone_what_a_worker_works_on(planned: Dispatch) -> None:
    Dispatch.objects.update(touched_at=timezone.now())

    call_command("newsletter_tick")

    assert not sent_to()


def test_waking_twice_changes_nothing(
    dispatch: Dispatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.wake(dispatch.pk)
        tasks.wake(dispatch.pk)

    assert sorted(sent_to()) == PEOPLE


def test_an_edition_cannot_be_changed(dispatch: Dispatch) -> None:
    edition = dispatch.editions.get()
    edition.subject = "Anders"

    with pytest.raises(ValueError, match="frozen"):
        edition.save()


def test_a_mail_costs_one_short_transaction(
    planned: Dispatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Result of the last, permit of the next, and the two ends of the transaction.
    with django_assert_max_num_queries(7 * 4 + 16):
        actions.continue_dispatch(planned.pk)


def test_an_issue_that_cannot_be_rendered_starts_nothing(
    issue: IssuePage, editor: User, ada: Subscriber
) -> None:
    issue.body[2].value["page"].delete()

    with pytest.raises(RenderError):
        actions.start(issue, editor)

    assert not Dispatch.objects.exists()
    assert not Edition.objects.exists()


def _killed(*_args: object, **_kwargs: object) -> None:
    raise Killed
