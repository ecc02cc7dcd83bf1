"""Writes down what came of calls, in sets and in one transaction.

A worker that was only slow still knows the truth: its answer also corrects an *unknown*.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from newsletter import mail
from newsletter.sending import states, throttle
from newsletter.sending.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    SkipReason,
)
from newsletter.sending.sets import among, told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsletter.sending.deliveries import DeliveryQuerySet
    from newsletter.sending.permits import Call, Copy

# So often one address is tried that the service never plainly refuses.
MAX_TRIES = 10
FINISHED = [BatchState.DONE, BatchState.SPLIT, BatchState.CANCELLED]
DIVIDES = {mail.Cause.CONTENT, mail.Cause.TOO_LARGE}
OUTCOMES = {
    mail.Verdict.ACCEPTED: AttemptOutcome.ACCEPTED,
    mail.Verdict.NOT_ACCEPTED: AttemptOutcome.NOT_ACCEPTED,
    mail.Verdict.UNKNOWN: AttemptOutcome.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Result:
    """A call that was made, and its receipt."""

    call: Call
    receipt: mail.Receipt


def write(outcomes: Iterable[Result]) -> None:
    """Write down receipts. Within the caller's transaction; safe to repeat."""
    accepted: list[tuple[int, str]] = []
    for result in _closed(list(outcomes)):
        receipt, copies = result.receipt, result.call.copies
        if receipt.verdict == mail.Verdict.ACCEPTED:
            accepted += _answered(copies, receipt)
        elif receipt.verdict == mail.Verdict.UNKNOWN:
            _move(copies, DeliveryState.UNKNOWN, receipt.reason)
        else:
            _not_accepted(result)
        if not result.call.single:
            _accept(accepted)
            accepted = []
            _close_batch(result)
    _accept(accepted)


def _closed(outcomes: list[Result]) -> list[Result]:
    """Close the attempts; return the results that still count.

    What an operator has given up, or a report has answered already, is no longer ours to say.
    """
    alike: dict[tuple[object, ...], list[Result]] = defaultdict(list)
    for result in outcomes:
        receipt = result.receipt
        alike[receipt.verdict, receipt.status, receipt.cause, receipt.reason].append(result)
    counting: list[Result] = []
    for (verdict, status, cause, reason), found in alike.items():
        said_of = Attempt.objects.filter(pk__in=among(result.call.attempt for result in found))
        outcome, now = OUTCOMES[mail.Verdict(str(verdict))], timezone.now()
        known = {"status": status, "cause": cause or "", "note": reason}
        if states.move(said_of, states.ATTEMPT, outcome, closed_at=now, **known) == len(found):
            counting += found
            continue
        ours = said_of.filter(outcome=outcome, closed_at=now)
        closed = set(ours.values_list("pk", flat=True))
        counting += [result for result in found if result.call.attempt in closed]
    return counting


def _answered(copies: list[Copy], receipt: mail.Receipt) -> list[tuple[int, str]]:
    """Sort out who was taken and who was not; return those taken, with their message ids."""
    taken: list[tuple[int, str]] = []
    others: dict[tuple[mail.Failure, str], list[Copy]] = defaultdict(list)
    for copy in copies:
        answer = receipt.answers.get(copy.key) or mail.Answer(mail.Failure.UNKNOWN)
        if answer.failure is None:
            taken.append((copy.pk, answer.message_id))
        else:
            others[answer.failure, answer.reason].append(copy)
    for (failure, reason), found in others.items():
        if failure == mail.Failure.NOT_ACCEPTED:
            _plan_again(found, reason)
        else:
            _move(found, DeliveryState(failure), reason)
    return taken


def _accept(taken: list[tuple[int, str]]) -> None:
    """Write down who was taken and under which id: each row, and its indexes, only once."""
    if not taken:
        return
    table = connection.ops.quote_name(Delivery._meta.db_table)
    words, sources = told(taken), states.sources(states.DELIVERY, DeliveryState.ACCEPTED)
    ids = f"message_id = told.word FROM ({words.sql}) AS told WHERE {table}.id = told.id"
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET state = %s, handed_over_at = %s, reason = '', {ids}"  # noqa: S608 - our own names
            f" AND {table}.state IN ({', '.join(['%s'] * len(sources))})",
            [DeliveryState.ACCEPTED.value, now, *words.params, *sources],
        )
        if cursor.rowcount < len(taken):
            # A report was faster than this note; the id is still needed to know a bounce by.
            cursor.execute(f"UPDATE {table} SET {ids}", words.params)  # noqa: S608 - our own names


def _not_accepted(result: Result) -> None:
    """Nothing of it arrived: plan it again, or give up the one it was refused for."""
    receipt, copies = result.receipt, result.call.copies
    if len(copies) == 1 and receipt.cause in DIVIDES:
        _move(copies, DeliveryState.FAILED, receipt.reason)
    else:
        _plan_again(copies, receipt.reason)


def _plan_again(copies: list[Copy], reason: str) -> None:
    """Put back what provably never arrived, whatever became of its dispatch meanwhile."""
    rows = Delivery.objects.filter(pk__in=among(copy.pk for copy in copies))
    dispatch = Dispatch.objects.select_for_update(no_key=True, of=("self",)).get(
        deliveries=copies[0].pk
    )
    if dispatch.state == DispatchState.CANCELLED:
        states.move(rows, states.DELIVERY, DeliveryState.SKIPPED, reason=SkipReason.CANCELLED)
        return
    # Whoever was erased during the call has left, and there is nowhere to try again.
    gone = rows.filter(address=None)
    states.move(gone, states.DELIVERY, DeliveryState.SKIPPED, reason=SkipReason.ENDED)
    worn = rows.filter(tries__gte=MAX_TRIES)
    states.move(worn, states.DELIVERY, DeliveryState.FAILED, reason=reason)
    tries = copies[0].tries
    due_at = timezone.now() + throttle.back_off(tries)
    again = rows.exclude(address=None)
    if states.move(again, states.DELIVERY, DeliveryState.PLANNED, reason=reason, due_at=due_at):
        revive(dispatch)
        stranded = again.planned().filter(batch__state__in=FINISHED)
        rehouse(dispatch, stranded, not_before=due_at)


def revive(dispatch: Dispatch) -> None:
    """There is work again where all calls had been made."""
    late = Dispatch.objects.filter(
        pk=dispatch.pk, state__in=[DispatchState.DRAINING, DispatchState.UNCLEAR]
    )
    states.move(late, states.DISPATCH, DispatchState.SENDING, drained_at=None, completed_at=None)


def rehouse(
    dispatch: Dispatch, rows: DeliveryQuerySet, *, not_before: datetime, size: int = 100
) -> None:
    """Give planned deliveries a batch of their own: the one they were in has had its call."""
    if not rows.exists():
        return
    # The lock makes the numbers of batches one after the other.
    Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    number = dispatch.batches.aggregate(last=Max("seq"))["last"] or 0
    by_edition: dict[int, list[int]] = defaultdict(list)
    for pk, edition in rows.order_by("pk").values_list("pk", "edition"):
        by_edition[edition].append(pk)
    for edition, found in by_edition.items():
        for start in range(0, len(found), size):
            number += 1
            batch = Batch.objects.create(
                dispatch=dispatch, edition_id=edition, seq=number, not_before=not_before
            )
            Delivery.objects.filter(pk__in=found[start : start + size]).update(batch=batch)


def _move(copies: list[Copy], state: DeliveryState, reason: str) -> None:
    rows = Delivery.objects.filter(pk__in=among(copy.pk for copy in copies))
    states.move(rows, states.DELIVERY, state, reason=reason)


def _close_batch(result: Result) -> None:
    """Where one call is for a whole batch, its answer decides about the batch."""
    call, receipt = result.call, result.receipt
    batch = Batch.objects.select_for_update().get(pk=call.batch)
    rows = Batch.objects.filter(pk=batch.pk)
    if receipt.verdict == mail.Verdict.UNKNOWN:
        states.move(rows, states.BATCH, BatchState.AMBIGUOUS)
        return
    left = Delivery.objects.planned().filter(batch=batch)
    if receipt.verdict == mail.Verdict.ACCEPTED:
        # The call stands, so whoever is left needs a batch that was never called for.
        rehouse(batch.dispatch, left, not_before=_due(left))
        states.move(rows, states.BATCH, BatchState.DONE)
    elif not left.exists():
        states.move(rows, states.BATCH, BatchState.DONE)
    elif receipt.cause in DIVIDES and left.count() > 1:
        _halve(batch)
    else:
        states.move(rows, states.BATCH, BatchState.PENDING, not_before=_due(left), owner="")


def _due(rows: DeliveryQuerySet) -> datetime:
    latest: datetime | None = rows.aggregate(at=Max("due_at"))["at"]
    return latest or timezone.now()


def _halve(batch: Batch) -> None:
    """Somebody in it is refused with all the others: find out who."""
    planned = list(
        Delivery.objects.planned().filter(batch=batch).order_by("pk").values_list("pk", flat=True)
    )
    middle = (len(planned) + 1) // 2
    Dispatch.objects.select_for_update(no_key=True).get(pk=batch.dispatch_id)
    number = Batch.objects.filter(dispatch=batch.dispatch_id).aggregate(last=Max("seq"))["last"]
    for offset, part in enumerate((planned[:middle], planned[middle:]), start=1):
        half = Batch.objects.create(
            dispatch_id=batch.dispatch_id,
            edition_id=batch.edition_id,
            seq=number + offset,
            parent=batch,
        )
        Delivery.objects.filter(pk__in=part).update(batch=half, due_at=None)
    states.move(Batch.objects.filter(pk=batch.pk), states.BATCH, BatchState.SPLIT)
