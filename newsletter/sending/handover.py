"""Hands planned deliveries over to the mail service, one call each, none twice.

A delivery is marked *being handed over* and committed before its call. Whatever dies after
that leaves the mark, and the mark is never taken for a plan again: it becomes *unknown*.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from newsletter import mail
from newsletter.composing import render
from newsletter.composing.models import Edition
from newsletter.sending.models import Delivery, DeliveryState, Dispatch, DispatchState, SkipReason
from newsletter.subscriptions import tokens
from newsletter.subscriptions.models import Subscription

logger = logging.getLogger(__name__)

BATCH = 50
# One busy mailbox is its own affair; several in a row are the service's.
ERRORS_TO_WAIT, ERRORS_TO_PAUSE = 3, 10
MAX_TRIES = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mail service said, in our words."""

    state: DeliveryState
    reason: str = ""
    message_id: str = ""


ANSWERS = {
    mail.Failure.NOT_ACCEPTED: DeliveryState.PLANNED,
    mail.Failure.REFUSED: DeliveryState.REFUSED,
    mail.Failure.UNKNOWN: DeliveryState.UNKNOWN,
}


def hand_over(dispatch_id: int, *, until: float) -> bool:
    """Hand over what is due until the clock says ``until``; say whether to go on at once."""
    # Loaded once: the text of an edition is far bigger than all rows of a batch.
    editions = Edition.objects.filter(dispatches=dispatch_id).in_bulk()
    while batch := _due(dispatch_id):
        for delivery in batch:
            delivery.edition = editions[delivery.edition_id]
        if not _hand_over_batch(batch, until):
            return monotonic() >= until
    return False


def _due(dispatch_id: int) -> list[Delivery]:
    now = timezone.now()
    dispatch = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING)
    if not dispatch.exclude(due_at__gt=now).update(touched_at=now):
        return []
    due = Delivery.objects.due().filter(dispatch=dispatch_id).order_by("pk")
    return list(due.select_related("subscription__newsletter", "dispatch")[:BATCH])


def _hand_over_batch(batch: list[Delivery], until: float) -> bool:
    """Work off a batch over one connection; say whether the next may follow."""
    errors = batch[0].dispatch.errors_in_row
    last: tuple[Delivery, Answer] | None = None
    try:
        with mail.open_connection() as connection:
            for delivery in batch:
                if monotonic() >= until:
                    return False
                taken, last = permit(delivery, after=last), None
                if not taken:
                    continue
                answer = _call(delivery, connection)
                last = (delivery, answer)
                if answer.state != DeliveryState.ACCEPTED:
                    # A mailbox that was busy before says nothing new about the service.
                    errors += not delivery.tries
                    if not _weigh(delivery, answer, errors):
                        return False
                elif errors:
                    errors = 0
                    _all_well(delivery.dispatch_id)
    finally:
        if last:
            record(*last)
    return True


def permit(delivery: Delivery, *, after: tuple[Delivery, Answer] | None = None) -> bool:
    """Take the delivery for its one call, or learn that it may not or need not be made.

    What came of the call before is part of the same commit, so that a mail costs one.

    The database decides in one statement, so that of two workers one is first, and so that
    who has just unsubscribed, or was just suppressed, gets nothing.
    """
    mine = Delivery.objects.planned().filter(pk=delivery.pk)
    running = Exists(
        Dispatch.objects.filter(pk=OuterRef("dispatch_id"), state=DispatchState.SENDING)
    )
    wanted = Exists(Subscription.objects.deliverable().filter(pk=OuterRef("subscription_id")))
    with transaction.atomic(durable=True):
        if after:
            _write_down(*after)
        taken = mine.filter(running, wanted).update(
            state=DeliveryState.SUBMITTING, claimed_at=timezone.now(), tries=F("tries") + 1
        )
        if not taken:
            mine.filter(running, ~wanted).update(
                state=DeliveryState.SKIPPED, reason=SkipReason.ENDED
            )
    return bool(taken)


def record(delivery: Delivery, answer: Answer) -> None:
    """Write down what came of the call, at once and for good."""
    with transaction.atomic(durable=True):
        _write_down(delivery, answer)


def _write_down(delivery: Delivery, answer: Answer) -> None:
    """A worker that was only slow still knows the truth, so it may correct an *unknown*."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, state__in=[DeliveryState.SUBMITTING, DeliveryState.UNKNOWN]
    )
    match answer.state:
        case DeliveryState.ACCEPTED:
            now = timezone.now()
            mine.update(
                state=answer.state, message_id=answer.message_id, handed_over_at=now, reason=""
            )
        case DeliveryState.PLANNED if delivery.tries + 1 < MAX_TRIES:
            _plan_again(delivery, answer)
        case DeliveryState.PLANNED:
            mine.update(state=DeliveryState.FAILED, reason=answer.reason)
        case _:
            mine.update(state=answer.state, reason=answer.reason)


def _plan_again(delivery: Delivery, answer: Answer) -> None:
    """Put back what provably never arrived, whatever became of its dispatch meanwhile."""
    dispatch = Dispatch.objects.select_for_update().get(pk=delivery.dispatch_id)
    mine = Delivery.objects.filter(
        pk=delivery.pk, state__in=[DeliveryState.SUBMITTING, DeliveryState.UNKNOWN]
    )
    if dispatch.state == DispatchState.CANCELLED:
        mine.update(state=DeliveryState.SKIPPED, reason=SkipReason.CANCELLED)
    # Whoever was erased during the call has left, and there is nowhere to try again.
    mine.filter(address=None).update(state=DeliveryState.SKIPPED, reason=SkipReason.ENDED)
    due_at = timezone.now() + wait(delivery.tries)
    again = mine.update(state=DeliveryState.PLANNED, reason=answer.reason, due_at=due_at)
    if again and dispatch.state == DispatchState.COMPLETED:
        dispatch.state, dispatch.completed_at = DispatchState.SENDING, None
        dispatch.save(update_fields=["state", "completed_at"])


def _weigh(delivery: Delivery, answer: Answer, errors: int) -> bool:
    """Count errors in a row: several make it wait, many pause it. Say whether it goes on."""
    dispatch = Dispatch.objects.filter(pk=delivery.dispatch_id)
    dispatch.update(errors_in_row=errors, last_error=answer.reason)
    if errors >= ERRORS_TO_PAUSE:
        dispatch.filter(state=DispatchState.SENDING).update(state=DispatchState.PAUSED)
        logger.error("Dispatch paused after %s errors in a row: %s", errors, answer.reason)
        return False
    # A refusal is about one address; only what concerns the service is worth waiting for.
    if errors >= ERRORS_TO_WAIT and not delivery.tries and answer.state != DeliveryState.REFUSED:
        dispatch.update(due_at=timezone.now() + wait(errors - ERRORS_TO_WAIT))
        return False
    return True


def _all_well(dispatch_id: int) -> None:
    Dispatch.objects.filter(pk=dispatch_id).update(errors_in_row=0, last_error="", due_at=None)


def wait(failures: int) -> timedelta:
    """How long to let the mail service rest: doubling, with some chance in it."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
    return longest * random.uniform(0.7, 1)  # noqa: S311 - spreads load, hides nothing


def _call(delivery: Delivery, connection: mail.Connection) -> Answer:
    """Make the one call. Never within a transaction: it would hold its locks meanwhile."""
    subscription = delivery.subscription
    if subscription is None or delivery.address is None:
        return Answer(DeliveryState.SKIPPED, SkipReason.ENDED)
    message = letter(delivery.address, delivery.edition, subscription, key=delivery.key)
    return hand_over_one(message, connection)


def hand_over_one(message: mail.Message, connection: mail.Connection | None = None) -> Answer:
    try:
        return Answer(DeliveryState.ACCEPTED, message_id=mail.send(message, connection=connection))
    except mail.MailError as error:
        return Answer(ANSWERS[error.failure], error.reason)


def letter(to: str, edition: Edition, subscription: Subscription, *, key: str = "") -> mail.Message:
    """One person's copy of an edition: the same for all but for the links."""
    links = {
        render.UNSUBSCRIBE: tokens.unsubscribe_url(subscription),
        render.PREFERENCES: tokens.preferences_url(subscription),
    }
    return mail.Message(
        to=to,
        subject=edition.subject,
        text=render.fill(edition.text, links),
        html=render.fill(edition.html, links),
        headers=list_headers(subscription),
        metadata={"delivery": key} if key else {},
    )


def list_headers(subscription: Subscription) -> dict[str, str]:
    """How mail programs recognise the newsletter and offer to leave it (RFC 2369, 2919, 8058)."""
    return {
        "List-Id": f"<{subscription.newsletter.list_id}>",
        "List-Post": "NO",
        "List-Unsubscribe": f"<{tokens.one_click_url(subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
