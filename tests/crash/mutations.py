"""Mistakes that sending engines in use make, put into a worker's process to see the tests turn red.

Each is what somebody could write tomorrow: a retry too many, an index left out, a commit too few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter import mail
from newsletter.sending import audience, handover, permits
from newsletter.sending.models import Attempt, Batch, Delivery, Dispatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.crash.points import Points

# A mutation reaches inside, past what these modules call their own.
ENGINE: dict[str, Any] = {"audience": audience, "lane": handover.Lane, "permits": permits}
INDEXES = ("one_unrefuted_call_per_batch", "one_unrefuted_call_per_delivery")


@dataclass(frozen=True)
class Mutation:
    """One mistake, and what it must lead to."""

    says: str
    mode: str
    apply: Callable[[Points], None]
    # Mails twice, or a dispatch that visibly stops; "harmless" where something else saves it.
    leads_to: str
    without_index: bool = False


def apply(name: str, points: Points) -> None:
    MUTATIONS[name].apply(points)


def retry_every_error(points: Points) -> None:
    """A time-out counts as a no: the most common design there is."""
    lane = ENGINE["lane"]
    original = lane._receipt  # noqa: SLF001 - a mutation reaches inside

    def receipt(*args: Any) -> mail.Receipt:
        found: mail.Receipt = original(*args)
        if found.verdict == mail.Verdict.UNKNOWN:
            return mail.Receipt(verdict=mail.Verdict.NOT_ACCEPTED, reason="retry")
        return found

    lane._receipt = receipt  # noqa: SLF001 - a mutation reaches inside


def requeue(points: Points) -> None:
    """What a dead worker left is planned again: a queue's visibility time-out."""
    ENGINE["permits"].reap = lambda: _requeue(refute=False)


def requeue_and_refute(points: Points) -> None:
    """The same, and the calls of the dead are written off as never made."""
    ENGINE["permits"].reap = lambda: _requeue(refute=True)


def _requeue(*, refute: bool) -> int:
    now = timezone.now()
    left = Batch.objects.filter(state__in=["claimed", "submitting"], lease_until__lt=now)
    for batch in left:
        with transaction.atomic():
            rows = Batch.objects.filter(pk=batch.pk, epoch=batch.epoch, lease_until__lt=now)
            if rows.update(state="pending", owner="", not_before=now, epoch=F("epoch") + 1):
                if refute:
                    calls = Attempt.objects.filter(batch=batch, outcome="open")
                    calls.update(outcome="not_accepted", closed_at=now)
                flying = Delivery.objects.filter(batch=batch, state="submitting")
                flying.update(state="planned")
    return 0


def no_fence(points: Points) -> None:
    """Whoever claimed a batch once may go on with it, whoever has it now."""

    def ours(batch: Batch) -> bool:
        return Dispatch.objects.filter(pk=batch.dispatch_id, state="sending").exists()

    ENGINE["permits"]._still_ours = ours  # noqa: SLF001 - a mutation reaches inside


def cursor_first(points: Points) -> None:
    """The freeze remembers how far it is before it has written who is in it."""
    freezing = ENGINE["audience"]
    original = freezing._plan  # noqa: SLF001 - a mutation reaches inside
    chunk = freezing.freeze_chunk

    def plan(dispatch: Dispatch, readers: list[audience.Reader], *args: Any) -> None:
        planned.append((dispatch, readers, args))

    planned: list[Any] = []

    def freeze_chunk(*args: Any, **kwargs: Any) -> bool:
        planned.clear()
        more: bool = chunk(*args, **kwargs)
        points.reach("between")
        for dispatch, readers, rest in planned:
            with transaction.atomic():
                original(dispatch, readers, *rest)
        return more

    freezing._plan = plan  # noqa: SLF001 - a mutation reaches inside
    freezing.freeze_chunk = freeze_chunk


MUTATIONS = {
    "retry-all-batch": Mutation(
        "every error is tried again", "batch", retry_every_error, "twice"
    ),
    "requeue-refuted": Mutation(
        "lease over: planned again, call written off, no permit index",
        "batch", requeue_and_refute, "twice", without_index=True,
    ),
    "requeue": Mutation(
        "lease over: planned again, no permit index",
        "batch", requeue, "twice", without_index=True,
    ),
    "requeue-indexed": Mutation(
        "lease over: planned again, permit index kept", "batch", requeue, "stopped"
    ),
    "retry-all-single": Mutation(
        "one by one: every error is tried again", "single", retry_every_error, "twice"
    ),
    "replan-single": Mutation(
        "one by one: what was in flight is planned again, no permit index",
        "single", requeue, "twice", without_index=True,
    ),
    "replan-single-indexed": Mutation(
        "one by one: the same, permit index kept", "single", requeue, "stopped"
    ),
    "no-fence": Mutation("no fence, permit index kept", "batch", no_fence, "harmless"),
    "cursor-first": Mutation(
        "the freeze's cursor in a commit of its own", "batch", cursor_first, "stopped"
    ),
}  # fmt: skip
