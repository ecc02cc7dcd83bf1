"""The states of sending, and every way from one to another, written down once.

Guarded updates read this table (``move``), and so do the triggers in the database
(``ways.py``): a way that is not in here does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    Ways = Mapping[str, frozenset[str]]


class DispatchState(models.TextChoices):
    """Where a dispatch stands."""

    SCHEDULED = "scheduled", _("scheduled")
    PREPARING = "preparing", _("preparing")
    READY = "ready", _("ready")
    HELD = "held", _("held")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    DRAINING = "draining", _("waiting for reports")
    COMPLETED = "completed", _("completed")
    UNCLEAR = "unclear", _("completed, some unknown")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


class BatchState(models.TextChoices):
    """Where a batch stands."""

    PENDING = "pending", _("pending")
    CLAIMED = "claimed", _("claimed")
    SUBMITTING = "submitting", _("being handed over")
    AMBIGUOUS = "ambiguous", _("unknown")
    DONE = "done", _("done")
    SPLIT = "split", _("split")
    CANCELLED = "cancelled", _("cancelled")


class AttemptOutcome(models.TextChoices):
    """What is known of one call."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    UNKNOWN = "unknown", _("unknown")
    ABANDONED = "abandoned", _("abandoned")


class DeliveryState(models.TextChoices):
    """What we know of our own call to the mail service."""

    PLANNED = "planned", _("planned")
    SUBMITTING = "submitting", _("being handed over")
    ACCEPTED = "accepted", _("handed over")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")
    SKIPPED = "skipped", _("left out")


class Outcome(models.TextChoices):
    """What became of a delivery, least final first: of two, the later in this list counts."""

    QUEUED = "queued", _("queued")
    DEFERRED = "deferred", _("delayed")
    SOFT_BOUNCED = "soft_bounced", _("came back for now")
    DELIVERED = "delivered", _("delivered")
    HARD_BOUNCED = "hard_bounced", _("address does not exist")
    COMPLAINED = "complained", _("reported as unwanted")


class SkipReason(models.TextChoices):
    """Why a planned delivery was left out."""

    ENDED = "ended", _("unsubscribed meanwhile")
    CANCELLED = "cancelled", _("dispatch cancelled")
    MOVED = "moved", _("the new address has it already")


class HoldReason(models.TextChoices):
    """Why a dispatch waits for a person."""

    LATE = "late", _("found too late")
    COUNT = "count", _("another number of readers than released")
    FENCE = "fence", _("the database is older than what was sent, or a copy")
    UNPROVEN = "unproven", _("no probe has shown that it arrives without tracking")


class ProbeState(models.TextChoices):
    """What is known of a mail to our own mailbox."""

    WAITING = "waiting", _("on its way")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    LOST = "lost", _("not arrived")


def _ways(**ways: str) -> Ways:
    return {state: frozenset(targets.split()) for state, targets in ways.items()}


DISPATCH = _ways(
    scheduled="preparing held cancelled",
    preparing="ready held paused cancelled failed",
    ready="sending held paused cancelled",
    held="scheduled preparing ready cancelled",
    sending="paused held draining completed cancelled",
    paused="preparing ready sending held cancelled",
    # A late proof that nothing arrived, or an operator's word, makes work of what was unknown.
    draining="sending completed unclear held",
    unclear="sending completed",
    completed="",
    cancelled="",
    failed="",
)
BATCH = _ways(
    pending="claimed cancelled",
    claimed="pending submitting done cancelled",
    submitting="pending ambiguous done split",
    # The late truth of a call, or an operator's word.
    ambiguous="pending done split",
    done="",
    split="",
    cancelled="",
)
ATTEMPT = _ways(
    open="accepted not_accepted unknown",
    unknown="accepted not_accepted abandoned",
    accepted="",
    not_accepted="",
    abandoned="",
)
DELIVERY = _ways(
    # From planned straight to accepted: a report may overtake our own note of the call.
    planned="submitting accepted refused failed unknown skipped",
    submitting="planned accepted refused failed unknown skipped",
    unknown="planned accepted refused failed skipped",
    # Given up, and then reported about: it had arrived after all.
    failed="planned accepted",
    accepted="",
    refused="",
    skipped="",
)
PROBE = _ways(
    waiting="passed failed lost",
    # Found later, or uploaded.
    lost="passed failed",
    passed="",
    failed="",
)

JUDGED = (ProbeState.PASSED, ProbeState.FAILED)
ENDED = (DispatchState.COMPLETED, DispatchState.CANCELLED, DispatchState.FAILED)
# Calls that may have reached the service: while one stands, nobody may call for the same again.
UNREFUTED = (AttemptOutcome.OPEN, AttemptOutcome.ACCEPTED, AttemptOutcome.UNKNOWN)
RANKS = [outcome.value for outcome in Outcome]


def sources(ways: Ways, to: str) -> list[str]:
    """Return the states from which this one can be reached."""
    return [state for state, targets in ways.items() if to in targets]


def move(rows: models.QuerySet[Any], ways: Ways, to: str, **changes: Any) -> int:
    """Move those rows that may go there; the update itself is the check. Return how many went."""
    field = "outcome" if ways is ATTEMPT else "state"
    if ways is DELIVERY and to == DeliveryState.SKIPPED:
        changes["left_out"] = True
    allowed = rows.filter(**{f"{field}__in": sources(ways, to)})
    return int(allowed.update(**{field: to}, **changes))


def rank(outcome: str) -> int:
    return RANKS.index(outcome) if outcome in RANKS else -1
