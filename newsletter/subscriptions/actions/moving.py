"""A change of address: asked for from the old mailbox, agreed to from the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from newsletter.subscriptions.actions.leaving import unsubscribe
from newsletter.subscriptions.actions.recording import Step, record
from newsletter.subscriptions.actions.signing_up import Visit, subscribe
from newsletter.subscriptions.models import (
    AccessLink,
    ConsentKind,
    MoveNotice,
    SignupRequest,
    Subscriber,
    Subscription,
)

if TYPE_CHECKING:
    from newsletter.subscriptions.models import Newsletter

SOURCE = "change of address"


@transaction.atomic
def ask_to_move(
    subscriber: Subscriber, address: str, *, network: str | None = None
) -> SignupRequest:
    """Write down that somebody's subscriptions are to go to another address.

    Nothing moves before that mailbox agrees. Asking anew makes the request before void.
    """
    SignupRequest.objects.open().filter(moves=subscriber).update(used_at=timezone.now())
    running = subscriber.subscriptions.confirmed().select_related("newsletter")
    return subscribe(
        address=address,
        newsletters=[subscription.newsletter for subscription in running],
        locale=subscriber.locale,
        source=SOURCE,
        visit=Visit(network=network, moves=subscriber),
    )


def move(request: SignupRequest, network: str) -> None:
    """Take the subscriptions to the address that has agreed; the old one is told.

    Where nobody reads at the new address yet, the person stays the same and the links in old
    mails still work. The proof of each address says what was agreed to there.
    """
    person = Subscriber.objects.select_for_update().get(moves=request)
    running = list(person.subscriptions.confirmed().select_related("newsletter"))
    newsletters = [subscription.newsletter for subscription in running]
    MoveNotice.objects.create(address=person.address, locale=person.locale)
    other = Subscriber.objects.filter(address_key=request.address_key).first()
    if other and other != person:
        _join(other, running, network)
    else:
        _rename(person, request, newsletters, network)
    record(
        request.address_key,
        [_step(request, ConsentKind.CONFIRMED, newsletter, network) for newsletter in newsletters],
    )


def _rename(
    person: Subscriber, request: SignupRequest, newsletters: list[Newsletter], network: str
) -> None:
    record(
        person.address_key,
        [_step(request, ConsentKind.WITHDRAWN, each, network) for each in newsletters],
    )
    old = person.address_key
    AccessLink.objects.filter(address_key=old).update(address_key="")
    # Nothing leads from the person to these any more: an erasure would not find them.
    SignupRequest.objects.filter(address_key=old).delete()
    Subscriber.objects.filter(pk=person.pk).update(
        address=request.address, address_key=request.address_key
    )


def _join(other: Subscriber, running: list[Subscription], network: str) -> None:
    """Give the subscriptions to somebody who reads at the new address already."""
    for subscription in running:
        taken, _created = Subscription.objects.get_or_create(
            subscriber=other, newsletter=subscription.newsletter
        )
        Subscription.objects.filter(pk=taken.pk, ended_at__isnull=False).update(
            ended_at=None, end_reason="", confirmed_at=timezone.now()
        )
        unsubscribe(subscription, source=SOURCE, network=network)


def _step(request: SignupRequest, kind: ConsentKind, newsletter: Newsletter, network: str) -> Step:
    return Step(
        kind=kind,
        newsletter=newsletter,
        wording=request.wording if kind == ConsentKind.CONFIRMED else None,
        locale=request.locale,
        source=SOURCE,
        network=network,
    )
