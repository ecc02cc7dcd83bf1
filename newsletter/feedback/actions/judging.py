"""Judges what single reports do not say: who bounces again and again, and who got two mails."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.utils import timezone

from newsletter.feedback.models import FeedbackEvent
from newsletter.sending import health
from newsletter.sending.models import Delivery, DeliveryState, Dispatch, DispatchState, Outcome
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions.models import EndReason, Subscription, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

logger = logging.getLogger(__name__)

# So long mail servers try again: until then what came back may still arrive.
SETTLED = timedelta(days=3)
IN_A_ROW = 2
# What only a mail that was really sent is reported of.
ARRIVED = ("delivered", "bounced", "deferred", "complained")
# Mails reported beyond one for each reader: this share of what was handed over is no chance.
SURPLUS, SURPLUS_FROM = 0.05, 3


def look_for_doubles(events: Sequence[FeedbackEvent]) -> None:
    """Raise the alarm where one delivery is reported of under two message ids: two mails.

    Once for each: with the report that makes one id two. A dispatch of which far more mails are
    reported than were handed over is paused.
    """
    doubled = set()
    fresh = _ids(event for event in events if event.kind in ARRIVED)
    if not fresh:
        return
    before = FeedbackEvent.objects.filter(delivery_key__in=fresh, kind__in=ARRIVED, orphan=False)
    known = _ids(before.exclude(applied_at=None))
    for key, ids in fresh.items():
        if len(known[key]) < IN_A_ROW <= len(known[key] | ids):
            row = Delivery.objects.filter(key=key).only("pk", "dispatch").first()
            logger.error("Delivery %s: the recipient received more than one mail", row and row.pk)
            if row:
                doubled.add(row.dispatch_id)
    for dispatch_id in doubled:
        _look_at_sum(dispatch_id)


def _look_at_sum(dispatch_id: int) -> None:
    """Pause a running dispatch of which more mails are reported than were handed over."""
    dispatch = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING).first()
    if dispatch is None or health.judged_before(dispatch, health.TOO_MANY_REPORTED):
        return
    ours = Delivery.objects.filter(dispatch=dispatch)
    told = FeedbackEvent.objects.filter(
        delivery_key__in=ours.values("key"), kind__in=ARRIVED, orphan=False
    ).exclude(message_id="")
    mails = told.order_by().values("delivery_key", "message_id").distinct().count()
    # Not all of our own notes may be written yet, so the readers reported of are counted.
    surplus = mails - told.order_by().values("delivery_key").distinct().count()
    accepted = ours.filter(state=DeliveryState.ACCEPTED).count()
    if surplus >= SURPLUS_FROM and surplus > SURPLUS * accepted:
        health.pause(dispatch.pk, health.TOO_MANY_REPORTED)


def suppress_soft_bounced() -> int:
    """Suppress who could not be reached twice running; return how many that were.

    Judged days later, so that a mail that arrived in the end counts as arrived, in whatever
    order the reports came.
    """
    before = timezone.now() - SETTLED
    soft = Delivery.objects.filter(
        outcome=Outcome.SOFT_BOUNCED, subscription__ended_at=None, handed_over_at__lt=before
    )
    twice = soft.order_by().values("address_key").annotate(times=Count("pk"), last=Max("pk"))
    keys = [row["address_key"] for row in twice.filter(times__gte=IN_A_ROW)]
    # Who is suppressed already has nothing left to lose.
    known = set(
        Suppression.objects.filter(address_key__in=keys).values_list("address_key", flat=True)
    )
    unreached = [key for key in keys if key not in known and _unreached(key)]
    for key in unreached:
        subscriptions.suppress(key, EndReason.BOUNCED)
    return len(unreached)


def _unreached(address_key: str) -> bool:
    """Say whether the last mails to an address, since it was last confirmed, came back."""
    running = Subscription.objects.confirmed().filter(subscriber__address_key=address_key)
    since = running.aggregate(at=Max("confirmed_at"))["at"]
    if since is None:
        return False
    mails = Delivery.objects.filter(
        subscription__subscriber__address_key=address_key,
        state=DeliveryState.ACCEPTED,
        handed_over_at__gte=since,
    )
    last = mails.order_by("-handed_over_at", "-pk").values_list("outcome", flat=True)[:IN_A_ROW]
    return list(last) == [Outcome.SOFT_BOUNCED] * IN_A_ROW


def _ids(events: Iterable[FeedbackEvent]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.delivery_key and event.message_id:
            found[event.delivery_key].add(event.message_id)
    return found
