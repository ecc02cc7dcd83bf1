"""What the newsletter knows about a person, and how to hand it over and erase it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from newsletter.erasing import erase, of_person
from newsletter.feedback.models import FeedbackEvent
from newsletter.people.models import AddressLook, Import
from newsletter.retention import RULES as RETENTION
from newsletter.sending.models import Delivery, OperatorAct
from newsletter.subscriptions import addresses
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

__all__ = ["MODELS", "RETENTION", "erase", "export"]
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
    "Dispatch": True,
    "Edition": False,
    "EngineHost": False,
    "FeedbackEvent": True,
    "Import": True,
    "ImportRow": True,
    "IssueIndexPage": False,
    "IssuePage": False,
    "MoveNotice": True,
    "Newsletter": False,
    "OperatorAct": True,
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
            Delivery.objects.filter(of_person(keys)).annotate(subject=F("edition__subject")),
            "subject", "address", "state", "outcome", "reason", "handed_over_at",
        ),
        "feedback": _rows(
            FeedbackEvent.objects.filter(address_key__in=keys),
            "kind", "reject_reason", "description", "occurred_at",
        ),
        **_as_colleague(address),
    }  # fmt: skip


def _as_colleague(address: str) -> dict[str, Any]:
    """Return what somebody of the office did here, by the account with this address."""
    theirs = {"user__email__iexact": address.strip()}
    return {
        "acts": _rows(OperatorAct.objects.filter(**theirs), "verb", "reason", "count", "at"),
        "looks": _rows(AddressLook.objects.filter(**theirs), "kind", "reason", "count", "at"),
        "imports": _rows(Import.objects.filter(**theirs), "file_name", "source", "created_at"),
    }


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*names))
