"""Ends subscriptions for what came back; of two reasons the graver stays, whichever was first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.feedback import reports
from newsletter.sending.models import Outcome
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions.models import EndReason, Subscription, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.feedback.actions.applying import Match
    from newsletter.subscriptions.models import SubscriptionQuerySet

SUPPRESSES = {
    Outcome.HARD_BOUNCED: EndReason.BOUNCED,
    Outcome.COMPLAINED: EndReason.COMPLAINED,
}
# The graver the later.
GRAVITY = [EndReason.BOUNCED, EndReason.WITHDRAWN, EndReason.COMPLAINED]


def end(matches: Iterable[Match]) -> None:
    """Suppress and unsubscribe whom reports tell of. Safe to repeat, in any order."""
    gravest: dict[str, tuple[EndReason, Match]] = {}
    leaving: dict[int, Match] = {}
    for match in matches:
        key = match.delivery.address_key
        if reason := SUPPRESSES.get(match.outcome) if match.outcome else None:
            known = gravest.get(key)
            if known is None or GRAVITY.index(reason) > GRAVITY.index(known[0]):
                gravest[key] = reason, match
        if reports.unsubscribes(match.event.kind, match.event.reject_reason):
            leaving[match.delivery.pk] = match
    for match in leaving.values():
        _unsubscribe(match)
    for key, (reason, match) in gravest.items():
        _suppress(key, reason, match)


def _unsubscribe(match: Match) -> None:
    """The same as one click in the mail itself."""
    subscription = match.delivery.subscription
    if subscription is None:
        return
    subscriptions.unsubscribe(subscription, source="feedback")
    _make_graver(Subscription.objects.filter(pk=subscription.pk), EndReason.WITHDRAWN, match)


def _suppress(key: str, reason: EndReason, match: Match) -> None:
    subscriptions.suppress(key, reason)
    lower = GRAVITY[: GRAVITY.index(reason)]
    Suppression.objects.filter(address_key=key, reason__in=lower).update(reason=reason)
    _make_graver(Subscription.objects.filter(subscriber__address_key=key), reason, match)


def _make_graver(rows: SubscriptionQuerySet, reason: EndReason, match: Match) -> None:
    """Name the graver reason where a lighter one was named since the mail went out."""
    lower = GRAVITY[: GRAVITY.index(reason)]
    since = match.delivery.handed_over_at
    ended = rows.filter(end_reason__in=lower)
    if lower and since:
        ended = ended.filter(ended_at__gte=since)
    if lower:
        ended.update(end_reason=reason)
