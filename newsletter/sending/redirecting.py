"""Readers who changed their address after the audience was frozen: their mail goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.sending import states
from newsletter.sending.models import Delivery, DeliveryState, SkipReason

if TYPE_CHECKING:
    from collections.abc import Iterable


def redirect(pks: Iterable[int]) -> None:
    """Point planned deliveries at the addresses their readers have now.

    A confirmed change withdraws the consent of the old address, so nothing more may go there. An
    address that has the issue already, from whoever read there before, does not get it again.
    """
    moved = Delivery.objects.planned().filter(pk__in=list(pks))
    for delivery in moved.select_related("subscription__subscriber").order_by("pk"):
        if delivery.subscription is None:
            continue
        reader = delivery.subscription.subscriber
        row = Delivery.objects.planned().filter(pk=delivery.pk)
        there = Delivery.objects.filter(address_key=reader.address_key).exclude(pk=delivery.pk)
        has_it = there.filter(issue_key=delivery.issue_key, left_out=False)
        if has_it.exists() or there.filter(dispatch=delivery.dispatch_id).exists():
            states.move(row, states.DELIVERY, DeliveryState.SKIPPED, reason=SkipReason.MOVED)
        else:
            row.update(address=reader.address, address_key=reader.address_key)
