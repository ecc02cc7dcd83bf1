"""What an operator does about a dispatch. Each act is logged with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from newsletter.sending import fence, proving, results, states
from newsletter.sending.actions.probing import UnprovenError
from newsletter.sending.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    OperatorAct,
    OperatorVerb,
    SenderAccount,
    SkipReason,
)
from newsletter.sending.states import ENDED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from wissensregion.models import User


class WrongCountError(Exception):
    """The operator typed another number than there is now; ``count`` is the right one."""

    def __init__(self, count: int) -> None:
        super().__init__(f"there are {count}")
        self.count = count


class SecondPersonError(Exception):
    """Who began a dispatch cannot be the second person that releases it."""


def pause(dispatch: Dispatch, user: User | None = None, reason: str = "") -> bool:
    """Take effect before the next permit; the call in flight runs to its end."""
    with transaction.atomic():
        done = states.move(_row(dispatch), states.DISPATCH, DispatchState.PAUSED)
        return _logged(
            done, OperatorAct(dispatch=dispatch, user=user, verb=OperatorVerb.PAUSE, reason=reason)
        )


def resume(dispatch: Dispatch, user: User | None = None, reason: str = "") -> bool:
    """Go on where it stopped: an audience that is complete is not asked again."""
    paused = _row(dispatch).filter(state=DispatchState.PAUSED)
    with transaction.atomic():
        done = states.move(paused, states.DISPATCH, _next(dispatch), last_error="", due_at=None)
        if done:
            # Whoever lets it go on has seen why it stopped.
            SenderAccount.objects.update(failures=0, open_until=None)
            Batch.objects.filter(dispatch=dispatch, state=BatchState.PENDING).update(
                not_before=timezone.now()
            )
            Delivery.objects.planned().filter(dispatch=dispatch).update(due_at=None)
        return _logged(
            done, OperatorAct(dispatch=dispatch, user=user, verb=OperatorVerb.RESUME, reason=reason)
        )


def release(
    dispatch: Dispatch, user: User | None = None, reason: str = "", *, count: int | None = None
) -> bool:
    """Let go what is held or scheduled, or be the second person that releases what is ready.

    ``count`` is what the operator typed for an audience that is not frozen yet. Raises
    ``UnprovenError`` where it would be held again at once.
    """
    with transaction.atomic():
        row = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
        if without := proving.lacks_proof(row):
            raise UnprovenError(without)
        if row.state == DispatchState.READY:
            if user is None or user == row.requested_by:
                raise SecondPersonError
            done = _row(row).filter(released_by=None).update(released_by=user)
        elif row.state == DispatchState.SCHEDULED:
            done = states.move(
                _row(row), states.DISPATCH, DispatchState.PREPARING,
                not_before=None, latest_start=None,
            )  # fmt: skip
        else:
            held = _row(row).filter(state=DispatchState.HELD)
            # Whoever releases has seen the count and the time.
            changes: dict[str, object] = {
                "hold_reason": "",
                "latest_start": None,
                "due_at": timezone.now(),
            }
            if row.ready_at:
                changes["expected_count"] = row.frozen_count
            elif count is not None:
                changes["expected_count"] = count
            to = DispatchState.READY if row.ready_at else DispatchState.PREPARING
            done = states.move(held, states.DISPATCH, to, **changes)
        return _logged(
            done,
            OperatorAct(
                dispatch=row, user=user, verb=OperatorVerb.RELEASE, reason=reason, count=count
            ),
        )


def cancel(dispatch: Dispatch, user: User | None = None, reason: str = "") -> bool:
    """Leave out whoever has not had the issue yet. There is no way back."""
    now = timezone.now()
    with transaction.atomic():
        done = states.move(
            _row(dispatch), states.DISPATCH, DispatchState.CANCELLED, completed_at=now
        )
        if done:
            planned = Delivery.objects.planned().filter(dispatch=dispatch)
            states.move(
                planned, states.DELIVERY, DeliveryState.SKIPPED, reason=SkipReason.CANCELLED
            )
            pending = Batch.objects.filter(dispatch=dispatch, state=BatchState.PENDING)
            states.move(pending, states.BATCH, BatchState.CANCELLED)
        return _logged(
            done, OperatorAct(dispatch=dispatch, user=user, verb=OperatorVerb.CANCEL, reason=reason)
        )


def resend_unknown(dispatch: Dispatch, user: User | None, reason: str, *, count: int) -> int:
    """Send to those of whom nobody knows whether they have it: some may get it twice.

    Never by itself: an operator types how many. Raises ``WrongCountError`` when that is not so.
    """
    with transaction.atomic():
        row = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
        unknown = Delivery.objects.unknown().filter(dispatch=row).exclude(address=None)
        pks = list(unknown.values_list("pk", flat=True))
        if len(pks) != count or not pks:
            raise WrongCountError(len(pks))
        now = timezone.now()
        batches = unknown.values("batch")
        calls = Attempt.objects.filter(outcome=AttemptOutcome.UNKNOWN)
        for part in (
            calls.filter(delivery__in=pks),
            calls.filter(delivery=None, batch__in=batches),
        ):
            states.move(part, states.ATTEMPT, AttemptOutcome.ABANDONED, closed_at=now)
        ambiguous = Batch.objects.filter(pk__in=batches, state=BatchState.AMBIGUOUS)
        states.move(ambiguous, states.BATCH, BatchState.DONE)
        _plan_again(row, pks)
        OperatorAct.objects.create(
            dispatch=row, user=user, verb=OperatorVerb.RESEND, reason=reason, count=len(pks)
        )
    return len(pks)


def retry_failed(dispatch: Dispatch, user: User | None, reason: str, *, count: int) -> int:
    """Try again what the service never took; a permanent refusal is not among it."""
    with transaction.atomic():
        row = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
        if row.state in ENDED:
            return 0
        failed = Delivery.objects.filter(dispatch=row, state=DeliveryState.FAILED)
        pks = list(failed.exclude(address=None).values_list("pk", flat=True))
        if len(pks) != count or not pks:
            raise WrongCountError(len(pks))
        _plan_again(row, pks)
        OperatorAct.objects.create(
            dispatch=row, user=user, verb=OperatorVerb.RETRY, reason=reason, count=len(pks)
        )
    return len(pks)


def adopt_server(user: User | None, reason: str = "") -> int:
    """Let this server send from this database; return how many deliveries became unknown by it.

    What the server was permitted and the database does not know is called unknown: it may have
    arrived.
    """
    with transaction.atomic():
        count = 0
        if fence.standing() == fence.Standing.BEHIND:
            batches = {call.batch for call in fence.unknown_here()}
            lost = Delivery.objects.filter(
                batch__in=batches, state__in=[DeliveryState.PLANNED, DeliveryState.SUBMITTING]
            )
            count = states.move(lost, states.DELIVERY, DeliveryState.UNKNOWN, reason="restored")
        fence.adopt()
        OperatorAct.objects.create(user=user, verb=OperatorVerb.ADOPT, reason=reason, count=count)
    return count


def note_export(dispatch: Dispatch, user: User | None, reason: str, *, count: int) -> None:
    """Write down who took a list of deliveries out of the house, and what for."""
    OperatorAct.objects.create(
        dispatch=dispatch, user=user, verb=OperatorVerb.EXPORT, reason=reason, count=count
    )


def set_pace(
    account: SenderAccount, user: User | None, reason: str, changes: dict[str, object]
) -> bool:
    """Change how fast all workers hand over, and write down what was changed, and why.

    Only these columns: what workers count in the same row meanwhile stays theirs.
    """
    with transaction.atomic():
        row = SenderAccount.objects.select_for_update().get(pk=account.pk)
        new = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if not new:
            return False
        SenderAccount.objects.filter(pk=row.pk).update(**new)
        words = ", ".join(f"{name} {getattr(row, name)} → {value}" for name, value in new.items())
        OperatorAct.objects.create(
            user=user, verb=OperatorVerb.THROTTLE, reason=f"{reason} ({words})"[:300]
        )
    return True


def _plan_again(dispatch: Dispatch, pks: list[int]) -> None:
    now = timezone.now()
    rows = Delivery.objects.filter(pk__in=pks)
    states.move(rows, states.DELIVERY, DeliveryState.PLANNED, tries=0, due_at=None, reason="")
    results.rehouse(dispatch, rows.planned(), not_before=now)
    results.revive(dispatch)


def _next(dispatch: Dispatch) -> DispatchState:
    if dispatch.started_at:
        return DispatchState.SENDING
    return DispatchState.READY if dispatch.ready_at else DispatchState.PREPARING


def _row(dispatch: Dispatch) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(pk=dispatch.pk)


def _logged(done: int, act: OperatorAct) -> bool:
    """Log what was done; what changed nothing is no act."""
    if done:
        act.save()
    return bool(done)
