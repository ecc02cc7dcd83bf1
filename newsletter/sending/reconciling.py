"""What reports prove about our own calls: whoever is reported about had been accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from newsletter import mail
from newsletter.sending import states
from newsletter.sending.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


def prove_accepted(pks: Collection[int], service: str) -> int:
    """The service told us of these: their calls had arrived, whatever we knew.

    Where it takes a call whole or not at all, one report proves all of it.
    Within the caller's transaction; safe to repeat, in any order. Return how many it was news of.
    """
    rows = Delivery.objects.filter(pk__in=pks)
    now = timezone.now()
    # Attempts first: who writes down a call's result goes the same way round.
    calls = Attempt.objects.filter(outcome=AttemptOutcome.UNKNOWN, delivery__in=pks)
    states.move(calls, states.ATTEMPT, AttemptOutcome.ACCEPTED, closed_at=now)
    # Of the first report of a delivery its batch is looked at, and of a later one again: the
    # batch may have become ambiguous only after the first.
    doubtful = Batch.objects.filter(state=BatchState.AMBIGUOUS, deliveries__in=pks).distinct()
    batches = list(doubtful.order_by("pk").values_list("pk", flat=True))
    count = states.move(
        rows, states.DELIVERY, DeliveryState.ACCEPTED, handed_over_at=now, reason=""
    )
    for batch in batches:
        count += _close_call(batch, now, infer=mail.all_or_nothing(service))
    return count


def _close_call(batch: int, now: datetime, *, infer: bool) -> int:
    """Close a call whose every recipient is known, or known by one of them."""
    unknown = Delivery.objects.unknown().filter(batch=batch)
    whole = Attempt.objects.filter(batch=batch, delivery=None, outcome=AttemptOutcome.UNKNOWN)
    inferred = 0
    if infer and whole.exists():
        inferred = states.move(
            unknown, states.DELIVERY, DeliveryState.ACCEPTED,
            handed_over_at=now, reason="", inferred=True,
        )  # fmt: skip
    if not unknown.exists():
        states.move(whole, states.ATTEMPT, AttemptOutcome.ACCEPTED, closed_at=now)
        states.move(Batch.objects.filter(pk=batch), states.BATCH, BatchState.DONE)
    return inferred
