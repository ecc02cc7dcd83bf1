"""Letting go of a person in all rooms, at their wish or when their time is over."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from newsletter.feedback.models import FeedbackEvent
from newsletter.sending.models import Delivery, DeliveryState, SkipReason
from newsletter.subscriptions import actions, addresses
from newsletter.subscriptions.models import SignupRequest, Subscriber

if TYPE_CHECKING:
    from django.db.models import QuerySet


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
        return {"Delivery": _cut_loose(key), **actions.forget(key)}


@transaction.atomic
def let_go(departed: QuerySet[Subscriber]) -> None:
    """Delete people who have left, with all that names them; the proof ends where it did."""
    asking = SignupRequest.objects.open()
    for person in departed.select_for_update():
        # Whoever came back while we waited for the lock, or is about to, stays.
        back = asking.filter(address_key=person.address_key)
        if not person.subscriptions.confirmed().exists() and not back.exists():
            _cut_loose(person.address_key)
            actions.delete_person(person.address_key)


def of_person(keys: list[str]) -> Q:
    """Deliveries to somebody, also to an address they have moved away from."""
    return Q(address_key__in=keys) | Q(subscription__subscriber__address_key__in=keys)


def _cut_loose(key: str) -> int:
    # Reports stay, so that outcomes can be told from them, and name nobody any more. One
    # that still waits finds a delivery without a person and leads to no other.
    deliveries = Delivery.objects.filter(pk__in=Delivery.objects.filter(of_person([key])))
    names = Q(address_key=key) | Q(delivery_key__in=deliveries.values("key"))
    FeedbackEvent.objects.filter(names).update(address_key="", description="")
    count = 0
    for delivery in deliveries.select_for_update():
        if delivery.state == DeliveryState.PLANNED:
            delivery.state, delivery.left_out = DeliveryState.SKIPPED, True
            delivery.reason = SkipReason.ENDED
        elif delivery.state == DeliveryState.SUBMITTING:
            # Its call is being made at this moment; what comes of it nobody will be told.
            delivery.state = DeliveryState.UNKNOWN
        delivery.address = None
        delivery.address_key = f"erased-{secrets.token_hex(16)}"
        delivery.subscription = None
        delivery.save()
        count += 1
    return count
