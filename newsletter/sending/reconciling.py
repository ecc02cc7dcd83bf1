"""What reports prove about our own calls: whoever is reported about had been accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

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


def prove_accepted(pks: Collection[int], *, all_or_nothing: bool = False) -> int:
    """The service told us of these: their calls had arrived, whatever we knew.

    Where a call arrives whole or not at all (``all_or_nothing``), one report proves all of it.
    Within the caller's transaction; safe to repeat, in any order. Return how many it was news of.
    """
    rows = Delivery.objects.filter(pk__in=pks)
    news = rows.exclude(state=DeliveryState.ACCEPTED)
    doubtful = set(news.values_list("batch", flat=True))
    now = timezone.now()
    count = states.move(
        news, states.DELIVERY, DeliveryState.ACCEPTED, handed_over_at=now, reason=""
    )
    if not count:
        return 0
    calls = Attempt.objects.filter(outcome=AttemptOutcome.UNKNOWN)
    states.move(
        calls.filter(delivery__in=pks), states.ATTEMPT, AttemptOutcome.ACCEPTED, closed_at=now
    )
    ambiguous = Batch.objects.filter(pk__in=doubtful, state=BatchState.AMBIGUOUS)
    for batch in ambiguous:
        unknown = Delivery.objects.unknown().filter(batch=batch)
        if all_or_nothing:
            count += states.move(
                unknown, states.DELIVERY, DeliveryState.ACCEPTED,
                handed_over_at=now, reason="", inferred=True,
            )  # fmt: skip
        if not unknown.exists():
            whole = calls.filter(batch=batch, delivery=None)
            states.move(whole, states.ATTEMPT, AttemptOutcome.ACCEPTED, closed_at=now)
            states.move(Batch.objects.filter(pk=batch.pk), states.BATCH, BatchState.DONE)
    return count


def prove_refused(pks: Collection[int], reason: str) -> int:
    """The service says it never tried these."""
    rows = Delivery.objects.filter(
        pk__in=pks, state__in=[DeliveryState.SUBMITTING, DeliveryState.UNKNOWN]
    )
    return states.move(rows, states.DELIVERY, DeliveryState.REFUSED, reason=reason)
