"""Applies kept reports in sets: in any order and any number of times they leave the same."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from newsletter.feedback import dialects, reports
from newsletter.feedback.actions import ending, judging
from newsletter.feedback.models import FeedbackEvent
from newsletter.sending import actions as sending
from newsletter.sending import reconciling
from newsletter.sending.models import Delivery, Dispatch, DispatchState
from newsletter.sending.states import RANKS, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.sending.models import Outcome

logger = logging.getLogger(__name__)

CHUNK = 500
SLICE = 30.0


@dataclass(frozen=True, slots=True)
class Match:
    """A report and the delivery it is about."""

    event: FeedbackEvent
    delivery: Delivery

    @property
    def outcome(self) -> Outcome | None:
        return reports.outcome(self.event.kind, self.event.reject_reason)

    @property
    def erased(self) -> bool:
        """Say whether the person has gone: the row may still learn what became of it."""
        return self.delivery.address is None


def apply_waiting(*, seconds: float = SLICE) -> bool:
    """Apply what waits; say whether there is more. Safe to repeat and to run twice at once."""
    until = monotonic() + seconds
    last = 0
    while (chunk := _waiting_after(last)) and monotonic() < until:
        last = chunk[-1]
        try:
            _apply(chunk)
        except Exception:
            # One report that cannot be applied must not hold up the others.
            logger.exception("Reports %s to %s were not applied together", chunk[0], last)
            _one_by_one(chunk)
    return bool(chunk)


def _waiting_after(last: int) -> list[int]:
    waiting = FeedbackEvent.objects.waiting().filter(pk__gt=last)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:CHUNK])


def _one_by_one(pks: Iterable[int]) -> None:
    for pk in pks:
        try:
            _apply([pk])
        except Exception:
            logger.exception("Report %s was not applied; the next tick tries again", pk)


def _apply(pks: Sequence[int]) -> None:
    with transaction.atomic():
        rows = FeedbackEvent.objects.waiting().filter(pk__in=pks).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        events = list(rows)
        matches = _matched(events)
        _prove(matches)
        _raise_outcomes(matches)
        judging.look_for_doubles([match.event for match in matches])
        ending.end([match for match in matches if not match.erased])
        _close(events, matches)
        _settle({match.delivery.dispatch_id for match in matches})


def _matched(events: Sequence[FeedbackEvent]) -> list[Match]:
    """Find what the reports are about: key, address and service must all be that delivery's."""
    keys = {event.delivery_key for event in events if event.delivery_key}
    ids = {event.message_id for event in events if _by_message_id(event)}
    rows = Delivery.objects.select_related("batch", "subscription").defer("reason")
    by_key = {row.key: row for row in rows.filter(key__in=keys)} if keys else {}
    by_id = defaultdict(list)
    for row in rows.filter(message_id__in=ids) if ids else ():
        by_id[row.message_id].append(row)
    # A repeated report is known to be one while the first is kept; older ones are not believed.
    oldest = timezone.now() - timedelta(days=settings.NEWSLETTER_REPORT_DAYS)
    found = []
    for event in events:
        if event.occurred_at and event.occurred_at < oldest:
            continue
        named = (
            by_id[event.message_id] if _by_message_id(event) else [by_key.get(event.delivery_key)]
        )
        found += [Match(event, row) for row in named if row and _fits(event, row)][:1]
    return found


def _by_message_id(event: FeedbackEvent) -> bool:
    nameless = not event.delivery_key and event.service in dialects.BY_MESSAGE_ID
    return nameless and bool(event.message_id)


def _fits(event: FeedbackEvent, delivery: Delivery) -> bool:
    # Before its first call, and after an operator's "send again", a batch has no service yet.
    service = dialects.slug(delivery.batch.service)
    if service and service != event.service:
        return False
    return delivery.address is None or delivery.address_key == event.address_key


def _raise_outcomes(matches: Iterable[Match]) -> None:
    """Of two outcomes the greater stays, whichever came first."""
    best: dict[int, Outcome] = {}
    for match in matches:
        pk, told = match.delivery.pk, match.outcome
        if told and rank(told) > rank(best.get(pk, "")):
            best[pk] = told
    for told in set(best.values()):
        pks = [pk for pk, outcome in best.items() if outcome == told]
        lower = ["", *RANKS[: rank(told)]]
        Delivery.objects.filter(pk__in=pks, outcome__in=lower).update(outcome=told)


def _prove(matches: Iterable[Match]) -> None:
    """Whoever is reported about had been accepted, also where they were refused later."""
    by_service = defaultdict(set)
    for match in matches:
        by_service[match.event.service].add(match.delivery.pk)
    for service, pks in by_service.items():
        reconciling.prove_accepted(pks, service)


def _close(events: Iterable[FeedbackEvent], matches: Iterable[Match]) -> None:
    now = timezone.now()
    matched = {match.event.pk for match in matches}
    orphans = [event.pk for event in events if event.pk not in matched]
    # Whoever is no reader of ours, or is none any more, leaves no trace here.
    nobody = orphans + [match.event.pk for match in matches if match.erased]
    FeedbackEvent.objects.filter(pk__in=matched).update(applied_at=now)
    if nobody:
        FeedbackEvent.objects.filter(pk__in=nobody).update(address_key="", description="")
    if orphans:
        FeedbackEvent.objects.filter(pk__in=orphans).update(applied_at=now, orphan=True)


def _settle(dispatches: set[int]) -> None:
    """What was waited for may have come: dispatches that wait are looked at again."""
    waiting = Dispatch.objects.filter(
        pk__in=dispatches, state__in=[DispatchState.DRAINING, DispatchState.UNCLEAR]
    )
    for dispatch_id in waiting.order_by("pk").values_list("pk", flat=True):
        sending.settle(dispatch_id)
