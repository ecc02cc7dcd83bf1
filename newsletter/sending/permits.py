"""The short transactions around a call: claim, permit, record, give back.

A permit is committed before its call is made. Whatever dies after that leaves the permit, and
while it stands the database refuses a second one: what was called for is *unknown*, never
planned again by itself.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone

from newsletter.sending import redirecting, results, states, throttle
from newsletter.sending.models import (
    Attempt,
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    SkipReason,
)
from newsletter.sending.sets import among, read
from newsletter.subscriptions.models import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from newsletter.sending.results import Result


logger = logging.getLogger(__name__)

# A batch whose permit was refused by the database is a riddle for people, not for a loop.
LATER = timedelta(minutes=5)
# So old may be what is written of a worker at work; what is read of it is a minute.
TOUCHED = timedelta(seconds=1)
_turn = threading.Lock()


class TakenAwayError(Exception):
    """Somebody was erased, or all were cancelled, between our look at them and our commit."""


class Copy(NamedTuple):
    """What a call needs of a delivery."""

    pk: int
    key: str
    address: str
    public_id: str
    tries: int


@contextmanager
def commit() -> Iterator[None]:
    """Commit what is written within, at once and for good.

    SQLite has one writer at a time, and whoever finds it busy sleeps and looks again: the lanes
    of one process rather take turns.
    """
    turn = _turn if connection.vendor == "sqlite" else nullcontext()
    with turn, transaction.atomic(durable=True):
        yield


@dataclass(frozen=True, slots=True)
class Call:
    """One permitted call."""

    attempt: int
    batch: int
    copies: list[Copy]
    single: bool
    permitted_at: float = field(default_factory=monotonic)

    @property
    def overdue(self) -> bool:
        """Say whether the worker slept so long that others may take it for dead.

        Its own clock, which nobody sets, says so before anybody else's does.
        """
        return monotonic() - self.permitted_at > settings.NEWSLETTER_LEASE_SECONDS / 2


@dataclass(frozen=True, slots=True)
class Permit:
    """The calls that may be made now; if there are none, when to ask again."""

    calls: list[Call] = field(default_factory=list)
    wait: float = 0
    # Nobody else in the batch is due.
    last: bool = False


def claim(dispatch_id: int, owner: str) -> Batch | None:
    """Take the next batch that is due, so that no other worker has it meanwhile."""
    now = timezone.now()
    _touch(dispatch_id, now)
    due = Batch.objects.claimable().filter(dispatch=dispatch_id).filter(_may_start(now))
    # Whoever finds nothing keeps nobody from writing.
    if not due.exists():
        return None
    with commit():
        due = due.order_by("not_before", "seq")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        batch = due.first()
        if batch is None:
            return None
        mine = Batch.objects.filter(pk=batch.pk, epoch=batch.epoch)
        taken = states.move(
            mine, states.BATCH, BatchState.CLAIMED,
            epoch=F("epoch") + 1, owner=owner, lease_until=_lease(now),
        )  # fmt: skip
    if not taken:
        return None
    batch.epoch, batch.owner = batch.epoch + 1, owner
    return batch


def _touch(dispatch_id: int, now: datetime) -> None:
    """Let whoever looks see that somebody works on it.

    In no transaction with anything else: all workers write the same row.
    """
    seen = Q(touched_at__gt=now - TOUCHED)
    if not Dispatch.objects.filter(seen, pk=dispatch_id).exists():
        Dispatch.objects.filter(pk=dispatch_id).update(touched_at=now)


def permit(
    batch: Batch, service: str, *, most: int, single: bool, after: Iterable[Result] = ()
) -> Permit:
    """Permit the next calls of a batch; what came of the calls before is in the same commit.

    The database decides whether the dispatch still runs, the batch is still ours and each person
    still wants it. One call carries all (``single=False``), or each delivery has a call of its
    own, which the worker then makes one after the other.
    """
    outcomes = list(after)
    try:
        with commit():
            results.write(outcomes)
            return _permitted(batch, service, most, single=single)
    except TakenAwayError:
        # Nothing was called for yet; those who are left are asked for anew.
        later = timedelta()
    except IntegrityError:
        # Somebody holds a permit for this already: not even a mistake of ours calls twice.
        logger.exception("A second permit was refused for batch %s", batch.pk)
        later = LATER
    with commit():
        results.write(outcomes)
        Batch.objects.filter(pk=batch.pk).update(not_before=timezone.now() + later)
    return Permit()


def _permitted(batch: Batch, service: str, most: int, *, single: bool) -> Permit:
    if not _still_ours(batch):
        return Permit()
    # One more than may go tells whether anybody is left after these.
    found = _wanted(batch, most + 1)
    if not found:
        return Permit()
    copies = found[:most]
    budget = throttle.take(service, len(copies))
    if not budget.count:
        return Permit(wait=budget.wait)
    last = len(found) == budget.count
    copies = copies[: budget.count]
    if not single:
        # One call a batch: whoever cannot come along gets another batch.
        rest = Delivery.objects.planned().filter(batch=batch)
        rest = rest.exclude(pk__in=among(copy.pk for copy in copies))
        results.rehouse(batch.dispatch, rest, not_before=timezone.now(), size=len(copies))
    calls = _each(batch, copies) if single else [_together(batch, copies)]
    ours = Delivery.objects.filter(pk__in=among(copy.pk for copy in copies))
    moved = states.move(ours, states.DELIVERY, DeliveryState.SUBMITTING, tries=F("tries") + 1)
    if moved < len(copies):
        raise TakenAwayError
    mine = Batch.objects.filter(pk=batch.pk)
    if single:
        mine.update(lease_until=_lease(timezone.now()), service=service)
    else:
        states.move(
            mine, states.BATCH, BatchState.SUBMITTING,
            lease_until=_lease(timezone.now()), tries=F("tries") + 1, service=service,
        )  # fmt: skip
    return Permit(calls, last=last)


def _together(batch: Batch, copies: list[Copy]) -> Call:
    attempt = Attempt.objects.create(
        batch=batch, epoch=batch.epoch, owner=batch.owner, recipients=len(copies)
    )
    return Call(attempt.pk, batch.pk, copies, single=False)


def _each(batch: Batch, copies: list[Copy]) -> list[Call]:
    attempts = Attempt.objects.open_each(batch, [copy.pk for copy in copies])
    return [Call(attempts[copy.pk], batch.pk, [copy], single=True) for copy in copies]


def record(batch: Batch, outcomes: Iterable[Result], *, keep: bool = False) -> None:
    """Write down what came of the last calls, and let go of the batch unless it is to be kept."""
    with commit():
        results.write(outcomes)
        if not keep:
            let_go(batch)


def let_go(batch: Batch) -> None:
    """Give a claimed batch back: done when nothing is planned in it any more."""
    mine = Batch.objects.filter(pk=batch.pk, epoch=batch.epoch, owner=batch.owner)
    claimed = mine.filter(state=BatchState.CLAIMED)
    row = claimed.first()
    if row is None:
        return
    left = Delivery.objects.planned().filter(batch=batch)
    if not left.exists():
        states.move(claimed, states.BATCH, BatchState.DONE)
        return
    due_at = None if left.filter(due_at=None).exists() else left.aggregate(at=Min("due_at"))["at"]
    not_before = max(row.not_before, due_at or timezone.now())
    states.move(claimed, states.BATCH, BatchState.PENDING, not_before=not_before, owner="")


def reap() -> int:
    """Call unknown what a dead worker left in its calls, and free what it had not begun."""
    now = timezone.now()
    left = Batch.objects.filter(
        state__in=[BatchState.CLAIMED, BatchState.SUBMITTING], lease_until__lt=now
    )
    count = 0
    for batch in left.order_by("lease_until")[:1000]:
        with transaction.atomic():
            rows = Batch.objects.filter(
                pk=batch.pk, epoch=batch.epoch, state=batch.state, lease_until__lt=now
            )
            if batch.state == BatchState.SUBMITTING:
                count += states.move(rows, states.BATCH, BatchState.AMBIGUOUS) and _unknown(batch)
            elif states.move(rows, states.BATCH, BatchState.PENDING, owner="", not_before=now):
                count += _unknown(batch)
                Batch.objects.filter(pk=batch.pk, dispatch__state=DispatchState.CANCELLED).update(
                    state=BatchState.CANCELLED
                )
    return count


def _unknown(batch: Batch) -> int:
    open_calls = Attempt.objects.open().filter(batch=batch)
    states.move(open_calls, states.ATTEMPT, "unknown", closed_at=timezone.now(), note="lease over")
    in_flight = Delivery.objects.submitting().filter(batch=batch)
    return states.move(in_flight, states.DELIVERY, DeliveryState.UNKNOWN)


def _still_ours(batch: Batch) -> bool:
    mine = Batch.objects.filter(
        pk=batch.pk, epoch=batch.epoch, owner=batch.owner, state=BatchState.CLAIMED,
        dispatch__state=DispatchState.SENDING,
    )  # fmt: skip
    if connection.features.has_select_for_update:
        # A reaper that comes at this moment waits for us, or we for it.
        mine = mine.select_for_update(of=("self",))
    return bool(mine.values_list("pk"))


def _wanted(batch: Batch, most: int) -> list[Copy]:
    """The next due copies of the batch whose readers still want them; the others are left out."""
    due = Delivery.objects.due().filter(batch=batch).order_by("pk")
    wanted = Exists(Subscription.objects.deliverable().filter(pk=OuterRef("subscription_id")))
    moved = ~Q(address_key=F("subscription__subscriber__address_key"))
    found = due.annotate(wanted=wanted, moved=moved).values_list(
        "pk", "key", "address", "subscription__public_id", "tries", "wanted", "moved"
    )
    rows = read(found[:most], 7)
    if elsewhere := [row[0] for row in rows if row[5] and row[6]]:
        redirecting.redirect(elsewhere)
        return _wanted(batch, most)
    if gone := [row[0] for row in rows if not row[5]]:
        states.move(
            Delivery.objects.filter(pk__in=gone), states.DELIVERY, DeliveryState.SKIPPED,
            reason=SkipReason.ENDED,
        )  # fmt: skip
    return [Copy(row[0], row[1], row[2] or "", row[3], row[4]) for row in rows if row[5]]


def _may_start(now: datetime) -> Q:
    running = Q(dispatch__state=DispatchState.SENDING) & (
        Q(dispatch__due_at=None) | Q(dispatch__due_at__lte=now)
    )
    # Before the first batch is judged, no other may go.
    small = Q(dispatch__frozen_count__lt=settings.NEWSLETTER_CANARY_FROM)
    return running & (
        small | Q(dispatch__canary_until=None, seq=1) | Q(dispatch__canary_until__lte=now)
    )


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.NEWSLETTER_LEASE_SECONDS)
