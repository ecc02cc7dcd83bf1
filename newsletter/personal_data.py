"""What the newsletter knows about a person, and how to hand it over and erase it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from newsletter.feedback.models import FeedbackEvent
from newsletter.sending.models import Delivery, DeliveryState, SkipReason
from newsletter.subscriptions import actions, addresses
from newsletter.subscriptions.models import (
    AccessLink,
    Consent,
    MoveNotice,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

MODELS = {
    "AddressLook": True,
    "AccessLink": True,
    "Attempt": False,
    "Batch": False,
    "BounceMailbox": False,
    "Consent": True,
    "ConsentChain": True,
    "ConsentWording": False,
    "Delivery": True,
    "Dispatch": False,
    "Edition": False,
    "EngineHost": False,
    "FeedbackEvent": True,
    "Import": True,
    "ImportRow": True,
    "IssueIndexPage": False,
    "IssuePage": False,
    "MoveNotice": True,
    "Newsletter": False,
    "OperatorAct": False,
    "Probe": False,
    "SenderAccount": False,
    "SignupPage": False,
    "SignupRequest": True,
    "SignupTally": True,
    "Subscriber": True,
    "Subscription": True,
    "Suppression": True,
}


def export(address: str) -> dict[str, Any]:
    """Return everything kept about the owner of an address, the proof of consent included."""
    try:
        keys = addresses.address_keys(address)
    except addresses.AddressError:
        return {}
    of_key: dict[str, Any] = {"address_key__in": keys}
    subscriptions = Subscription.objects.filter(subscriber__address_key__in=keys)
    return {
        "subscriber": _rows(Subscriber.objects.filter(**of_key), "address", "locale", "created_at"),
        "subscriptions": _rows(
            subscriptions.annotate(name=F("newsletter__name")),
            "name", "confirmed_at", "paused_until", "ended_at", "end_reason",
        ),
        "requests": _rows(
            SignupRequest.objects.filter(**of_key),
            "address", "locale", "source", "created_at", "mailed_at", "used_at", "expires_at",
        ),
        "links": _rows(
            AccessLink.objects.filter(**of_key),
            "purpose", "created_at", "mailed_at", "expires_at", "used_at",
        ),
        "notices": _rows(MoveNotice.objects.filter(**of_key), "address", "created_at"),
        "consents": _rows(
            Consent.objects.filter(chain__address_key__in=keys).annotate(
                name=F("newsletter__name"), wording_text=F("wording__text")
            ),
            "name", "kind", "at", "locale", "source", "note", "network", "wording_text",
        ),
        "suppression": _rows(Suppression.objects.filter(**of_key), "reason", "created_at"),
        "deliveries": _rows(
            Delivery.objects.filter(**of_key).annotate(subject=F("edition__subject")),
            "subject", "address", "state", "outcome", "reason", "handed_over_at",
        ),
        "feedback": _rows(
            FeedbackEvent.objects.filter(address_key__in=keys),
            "kind", "reject_reason", "description", "occurred_at",
        ),
    }  # fmt: skip


def erase(address: str) -> dict[str, int]:
    """Delete the person and cut deliveries loose from them; return how many rows it touched.

    Deliveries keep their row, so that counts stay true, without the address and under a key
    that leads nowhere. A suppression stays where there was one: its keyed hash is what keeps
    the address from being mailed again.
    """
    try:
        key = addresses.address_key(address)
    except addresses.AddressError:
        return {}
    with transaction.atomic():
        # What was hashed with a pepper before is erased too.
        actions.adopt(address)
        # Reports stay, so that outcomes can be told from them, and name nobody any more. One
        # that still waits finds a delivery without a person and leads to no other.
        FeedbackEvent.objects.filter(address_key=key).update(address_key="", description="")
        counts = {"Delivery": _cut_loose(Delivery.objects.filter(address_key=key))}
        return {**counts, **actions.forget(key)}


def _cut_loose(deliveries: QuerySet[Delivery]) -> int:
    count = 0
    for delivery in deliveries.select_for_update():
        if delivery.state == DeliveryState.PLANNED:
            delivery.state, delivery.reason = DeliveryState.SKIPPED, SkipReason.ENDED
        elif delivery.state == DeliveryState.SUBMITTING:
            # Its call is being made at this moment; what comes of it nobody will be told.
            delivery.state = DeliveryState.UNKNOWN
        delivery.address = None
        delivery.address_key = f"erased-{secrets.token_hex(16)}"
        delivery.subscription = None
        delivery.save()
        count += 1
    return count


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*names))
