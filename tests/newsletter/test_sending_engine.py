"""The engine's promises: nobody twice, nobody lost, nothing claimed that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.composing.render import RenderError
from newsletter.models import Delivery, Dispatch, Edition, Subscription
from newsletter.sending import actions, audience, tasks
from newsletter.sending.models import Batch
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions.models import EndReason
from tests.newsletter.carriers import Killed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

    from newsletter.models import IssuePage, Subscriber
    from wissensregion.models import User

PEOPLE = [f"reader{number}@example.org" for number in range(7)]


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
    batch = Batch.objects.create(dispatch=other, edition=first.edition, seq=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            dispatch=other, batch=batch, edition=first.edition, issue_key=first.issue_key,
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
    Delivery.objects.filter(pk=reached.pk).update(state="accepted")
    actions.cancel(planned)

    actions.continue_dispatch(actions.start(issue, editor).pk)

    assert sorted([*sent_to(), str(reached.address)]) == PEOPLE


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
    # Windows of one: what came of the last, the permit for the next, the ends of the commit.
    with django_assert_max_num_queries(7 * 14 + 60):
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
