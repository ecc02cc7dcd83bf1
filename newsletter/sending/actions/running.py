"""Goes on with dispatches in slices, each of which may be the last or the second of its kind."""

from __future__ import annotations

from datetime import timedelta
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from newsletter.sending import audience, fence, handover, permits, proving, states
from newsletter.sending.actions.starting import begin_scheduled, hold
from newsletter.sending.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    HoldReason,
)

if TYPE_CHECKING:
    from datetime import datetime

# A worker that is told to stop has 40 seconds: enough for its slice and a call that hangs.
SLICE = 8.0
# So long after its last batch a dispatch counts as left alone.
IDLE = timedelta(seconds=60)


def continue_dispatch(dispatch_id: int, *, seconds: float = SLICE) -> bool:
    """Do a slice of the work that is due; say whether to go on at once. Safe to repeat."""
    until = monotonic() + seconds
    if not may_send():
        return False
    begin_scheduled(dispatch_id)
    if freeze(dispatch_id, until=until):
        return True
    if not proven(dispatch_id):
        return False
    release_due(dispatch_id)
    permits.reap()
    more = handover.hand_over(dispatch_id, until=until)
    settle(dispatch_id)
    return more


def may_send() -> bool:
    """Say whether this server may send from this database; if not, hold everything."""
    if fence.standing() == fence.Standing.FINE:
        return True
    hold(Dispatch.objects.alive().exclude(state=DispatchState.HELD), HoldReason.FENCE)
    return False


def proven(dispatch_id: int) -> bool:
    """Hold a dispatch that began with another mail service, and is not proven with this one."""
    if not proving.needed():
        return True
    rows = Dispatch.objects.filter(
        pk=dispatch_id, state__in=[DispatchState.READY, DispatchState.SENDING]
    )
    if all(not proving.lacks_proof(dispatch) for dispatch in rows):
        return True
    hold(rows, HoldReason.UNPROVEN)
    return False


def freeze(dispatch_id: int, *, until: float = inf) -> bool:
    """Plan the audience; say whether the time was over before it was complete."""
    dispatch = Dispatch.objects.get(pk=dispatch_id)
    if dispatch.state != DispatchState.PREPARING:
        return False
    shares = handover.shares(dispatch)
    while audience.freeze_chunk(dispatch_id, shares=shares):
        if monotonic() >= until:
            return True
    return False


def release_due(dispatch_id: int) -> bool:
    """Let a complete audience go once the minute to think again is over."""
    now = timezone.now()
    ready = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.READY)
    ready = ready.filter(Q(due_at=None) | Q(due_at__lte=now))
    if settings.NEWSLETTER_FOUR_EYES:
        ready = ready.exclude(released_by=None)
    return bool(
        states.move(ready, states.DISPATCH, DispatchState.SENDING, started_at=now, due_at=None)
    )


def settle(dispatch_id: int) -> None:
    """See whether all calls were made, and whether all their ends are known."""
    with transaction.atomic():
        rows = Dispatch.objects.filter(pk=dispatch_id)
        dispatch = rows.select_for_update(no_key=True).first()
        if dispatch is None or dispatch.state not in {
            DispatchState.SENDING, DispatchState.DRAINING, DispatchState.UNCLEAR,
        }:  # fmt: skip
            return
        to_do = Delivery.objects.filter(
            dispatch=dispatch_id, state__in=[DeliveryState.PLANNED, DeliveryState.SUBMITTING]
        )
        if Batch.objects.open().filter(dispatch=dispatch_id).exists() or to_do.exists():
            return
        now = timezone.now()
        if not Delivery.objects.unknown().filter(dispatch=dispatch_id).exists():
            ended = {"completed_at": dispatch.completed_at or now, "last_error": ""}
            states.move(rows, states.DISPATCH, DispatchState.COMPLETED, **ended)
            return
        states.move(rows, states.DISPATCH, DispatchState.DRAINING, drained_at=now)
        if now - (dispatch.drained_at or now) >= patience():
            states.move(rows, states.DISPATCH, DispatchState.UNCLEAR, completed_at=now)


def patience() -> timedelta:
    """How long reports about unknown mails are waited for; where nobody reports, not at all."""
    hours = settings.NEWSLETTER_RECONCILE_HOURS if settings.NEWSLETTER_REPORTS else 0
    return timedelta(hours=hours)


def next_due(dispatch_id: int) -> datetime | None:
    """When to go on with a dispatch that has nothing to do now, asked for once for each moment.

    Whoever is told has to see to a wake-up; where it gets lost, the tick finds what is due.
    """
    now = timezone.now()
    dispatch = Dispatch.objects.working().filter(pk=dispatch_id).first()
    at = _due_later(dispatch, now) if dispatch else None
    if at is None:
        return None
    # An earlier wake-up that is still to come asks again.
    unasked = Q(wake_at=None) | Q(wake_at__lte=now) | Q(wake_at__gt=at)
    return at if Dispatch.objects.filter(unasked, pk=dispatch_id).update(wake_at=at) else None


def _due_later(dispatch: Dispatch, now: datetime) -> datetime | None:
    times = [dispatch.due_at]
    if dispatch.state == DispatchState.SENDING:
        pending = dispatch.batches.filter(state=BatchState.PENDING)
        times.append(pending.aggregate(at=Min("not_before"))["at"])
        # Nothing pending waits for no report either.
        times.append(dispatch.canary_until if times[-1] else None)
    # Each of them holds back everything, so the last of them counts.
    at = max(filter(None, times), default=None)
    return at if at and at > now else None


def left_alone() -> list[int]:
    """The dispatches with work that is due and that no worker touches."""
    now = timezone.now()
    waiting = Dispatch.objects.working()
    idle = waiting.filter(Q(touched_at=None) | Q(touched_at__lt=now - IDLE))
    # Complete already, and waiting for a second person or for reports: nothing to do at once.
    return list(
        idle.exclude(due_at__gt=now)
        .exclude(state=DispatchState.SCHEDULED, not_before__gt=now)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def reap() -> int:
    """Call unknown what a dead worker left in its call. It is never sent again by itself."""
    return permits.reap()
