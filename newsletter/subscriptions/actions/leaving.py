"""Ending: by the person's own wish, because mail does not arrive, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from newsletter.subscriptions.actions.forgetting import delete_chains
from newsletter.subscriptions.actions.recording import Step, record
from newsletter.subscriptions.models import (
    AccessLink,
    Consent,
    ConsentChain,
    ConsentKind,
    EndReason,
    MoveNotice,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)

if TYPE_CHECKING:
    from newsletter.subscriptions.models import SubscriptionQuerySet

END_KINDS = {
    EndReason.WITHDRAWN: ConsentKind.WITHDRAWN,
    EndReason.BOUNCED: ConsentKind.BOUNCED_OUT,
    EndReason.COMPLAINED: ConsentKind.COMPLAINED,
}


@transaction.atomic
def unsubscribe(
    subscription: Subscription,
    *,
    reason: EndReason = EndReason.WITHDRAWN,
    source: str = "",
    network: str | None = None,
) -> bool:
    """End a subscription. Safe to repeat: mail programmes press the button twice.

    Requests still open for the same newsletter end too: an old confirmation mail must not
    bring back who has left.
    """
    now = timezone.now()
    mine = Subscription.objects.confirmed().filter(pk=subscription.pk)
    if not mine.update(ended_at=now, end_reason=reason):
        return False
    subscriber = subscription.subscriber
    asked = SignupRequest.objects.filter(
        address_key=subscriber.address_key, newsletters=subscription.newsletter_id
    )
    SignupRequest.objects.filter(pk__in=asked.values("pk"), used_at=None).update(used_at=now)
    if reason != EndReason.ERASED:
        step = Step(
            kind=END_KINDS[reason],
            newsletter=subscription.newsletter,
            locale=subscriber.locale,
            source=source,
            network=network or "",
        )
        record(subscriber.address_key, [step])
    return True


def unsubscribe_from_all(
    subscriber: Subscriber, *, reason: EndReason = EndReason.WITHDRAWN, source: str = ""
) -> int:
    """End all subscriptions of a person; return how many there were."""
    return _end(subscriber.subscriptions.all(), reason, source)


@transaction.atomic
def suppress(address_key: str, reason: EndReason) -> None:
    """Never write to an address again, and end what it has subscribed to. Safe to repeat."""
    Suppression.objects.get_or_create(address_key=address_key, defaults={"reason": reason})
    ended = Subscription.objects.filter(subscriber__address_key=address_key)
    _end(ended, reason, source="feedback")


def suppress_for_good(address_key: str) -> None:
    """Turn away every later sign-up and import of an address: the wish of its owner."""
    Suppression.objects.update_or_create(
        address_key=address_key, defaults={"reason": EndReason.ERASED}
    )


@transaction.atomic
def forget(address_key: str) -> dict[str, int]:
    """Delete what the room knows of a person; return how many rows of each kind went.

    What stays is a keyed hash: a suppression where there was one, and the proof of consents
    that were confirmed, which the law lets a sender keep to defend itself (GDPR 17(3)(e)).
    """
    subscriptions = Subscription.objects.filter(subscriber__address_key=address_key)
    _end(subscriptions, EndReason.ERASED, source="erasure")
    kept = _let_go_of_proof(address_key)
    return {**delete_person(address_key), **kept}


def delete_person(address_key: str) -> dict[str, int]:
    """Delete the rows that name somebody, and leave their proof as it is."""
    found = {
        "Subscription": Subscription.objects.filter(subscriber__address_key=address_key),
        "Subscriber": Subscriber.objects.filter(address_key=address_key),
        "SignupRequest": SignupRequest.objects.filter(address_key=address_key),
    }
    counts = {name: rows.count() for name, rows in found.items()}
    for rows in found.values():
        rows.delete()
    MoveNotice.objects.filter(address_key=address_key).delete()
    # A used one stays a day, so that a second press finds what the first did.
    AccessLink.objects.filter(address_key=address_key).update(address_key="")
    return counts


def _let_go_of_proof(address_key: str) -> dict[str, int]:
    """Write the erasure into a proof that stays; delete one that proves nothing."""
    proof = Consent.objects.of(address_key)
    if not proof.filter(kind__in=ConsentKind.of_agreement()).exists():
        chains = ConsentChain.objects.filter(address_key=address_key)
        return {"Consent": delete_chains(chains)} if chains else {}
    latest = proof.order_by("seq").last()
    if latest and latest.kind != ConsentKind.ERASED:
        step = Step(kind=ConsentKind.ERASED, locale=latest.locale, source="erasure")
        record(address_key, [step])
    return {}


def _end(subscriptions: SubscriptionQuerySet, reason: EndReason, source: str) -> int:
    running = subscriptions.confirmed().select_related("subscriber")
    return sum(unsubscribe(each, reason=reason, source=source) for each in running)
