"""What an event from the mail service changes, whatever order events come in and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from newsletter.feedback.models import FeedbackEvent
from newsletter.sending import reconciling
from newsletter.sending.models import Delivery, Outcome
from newsletter.sending.states import rank
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import EndReason

# What the service tried to deliver, it had accepted, whatever our own call seemed to say.
NOT_TRIED = {"rejected", "failed"}
KINDS = {
    "queued": Outcome.QUEUED,
    "sent": Outcome.QUEUED,
    "deferred": Outcome.DEFERRED,
    "delivered": Outcome.DELIVERED,
    "complained": Outcome.COMPLAINED,
}
# Why something bounced or was rejected; every other reason may be gone next time.
REASONS = {
    "invalid": Outcome.HARD_BOUNCED,
    "bounced": Outcome.HARD_BOUNCED,
    "spam": Outcome.COMPLAINED,
}
DESCRIPTION_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One event in Anymail's words."""

    service: str
    kind: str
    delivery_key: str
    recipient: str
    reject_reason: str = ""
    description: str = ""
    event_id: str = ""
    at: datetime | None = None

    @property
    def dedup(self) -> str:
        parts = [self.service, self.kind, self.delivery_key, self.event_id, str(self.at or "")]
        return sha256("\0".join(parts).encode()).hexdigest()

    @property
    def outcome(self) -> Outcome | None:
        """Its words in ours."""
        if self.kind in {"bounced", "rejected"}:
            return REASONS.get(self.reject_reason, Outcome.SOFT_BOUNCED)
        return KINDS.get(self.kind)


def record(report: Report) -> bool:
    """Take an event in; say whether it was new. Repeating it changes nothing.

    An event counts only for the delivery it names and the address that delivery went to.
    """
    with transaction.atomic():
        delivery = _delivery(report)
        if delivery is None:
            return False
        # The unique index answers the second of two equal events, also at the same moment.
        _event, new = FeedbackEvent.objects.get_or_create(
            dedup=report.dedup,
            defaults={
                "delivery": delivery,
                "kind": report.kind,
                "description": _without_addresses(report.description),
                "occurred_at": report.at,
            },
        )
        if new:
            _apply(delivery, report)
    return new


def _delivery(report: Report) -> Delivery | None:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("subscription")
    delivery = rows.filter(key=report.delivery_key).first()
    try:
        key = addresses.address_key(report.recipient)
    except addresses.AddressError:
        return None
    return delivery if delivery and delivery.address_key == key else None


def _apply(delivery: Delivery, report: Report) -> None:
    if report.kind in NOT_TRIED:
        reconciling.prove_refused([delivery.pk], _without_addresses(report.description))
    elif report.outcome:
        reconciling.prove_accepted([delivery.pk])
    if report.outcome and rank(report.outcome) > rank(delivery.outcome):
        Delivery.objects.filter(pk=delivery.pk).update(outcome=report.outcome)
    _end_subscriptions(delivery, report)


def _end_subscriptions(delivery: Delivery, report: Report) -> None:
    if report.outcome == Outcome.HARD_BOUNCED:
        subscriptions.suppress(delivery.address_key, EndReason.BOUNCED)
    elif report.outcome == Outcome.COMPLAINED:
        subscriptions.suppress(delivery.address_key, EndReason.COMPLAINED)
    elif "unsubscribed" in {report.kind, report.reject_reason} and delivery.subscription:
        subscriptions.unsubscribe(delivery.subscription, source="feedback")


def _without_addresses(text: str) -> str:
    """A reason outlives the person, so it holds no address."""
    words = ("…" if "@" in word else word for word in text.split())
    return " ".join(words)[:DESCRIPTION_LENGTH]
