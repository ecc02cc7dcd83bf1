"""What is kept about one person, read for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.feedback.models import FeedbackEvent
from newsletter.people.listing import PersonState, open_requests, with_state
from newsletter.sending.models import Delivery
from newsletter.subscriptions.models import (
    Consent,
    SignupRequest,
    Subscriber,
    Suppression,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsletter.subscriptions.models import Subscription


@dataclass(frozen=True, slots=True)
class Mailing:
    """One issue to this person, and what came back."""

    delivery: Delivery
    came_back: list[FeedbackEvent]

    @property
    def at(self) -> datetime:
        return self.delivery.handed_over_at or self.delivery.dispatch.created_at


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one person that the CMS shows."""

    kind: str
    row: Subscriber | SignupRequest
    state: str

    @property
    def address(self) -> str:
        return self.row.address

    @property
    def subscriber(self) -> int | None:
        return self.row.pk if self.kind == "subscriber" else None

    @property
    def state_name(self) -> str:
        return str(PersonState(self.state).label)

    @property
    def subscriptions(self) -> Iterable[Subscription]:
        if not isinstance(self.row, Subscriber):
            return []
        return self.row.subscriptions.select_related("newsletter").order_by("confirmed_at")

    @property
    def requests(self) -> Iterable[SignupRequest]:
        return open_requests(self.row.address_key).prefetch_related("newsletters")

    @property
    def suppression(self) -> Suppression | None:
        return Suppression.objects.filter(address_key=self.row.address_key).first()

    @property
    def consents(self) -> Iterable[Consent]:
        log = Consent.objects.of(self.row.address_key).in_order()
        return log.select_related("newsletter", "wording")

    @property
    def mailings(self) -> list[Mailing]:
        deliveries = list(
            Delivery.objects.filter(address_key=self.row.address_key)
            .select_related("dispatch", "edition")
            .defer("edition__html", "edition__text")
            .order_by("pk")
        )
        keys = [delivery.key for delivery in deliveries]
        events: dict[str, list[FeedbackEvent]] = {}
        for event in FeedbackEvent.objects.filter(delivery_key__in=keys).order_by("pk"):
            events.setdefault(event.delivery_key, []).append(event)
        return [Mailing(delivery, events.get(delivery.key, [])) for delivery in deliveries]


def record_of(kind: str, pk: int) -> Record | None:
    """Return what is kept of a subscriber, or of somebody who has only asked."""
    rows: Any = (
        with_state(Subscriber.objects.all())
        if kind == "subscriber"
        else SignupRequest.objects.open()
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        return None
    return Record(kind, row, getattr(row, "state", PersonState.PENDING))


def found(address_key: str) -> tuple[str, int] | None:
    """Return which page shows the owner of an address, if any does."""
    if subscriber := Subscriber.objects.filter(address_key=address_key).first():
        return "subscriber", subscriber.pk
    if request := open_requests(address_key).last():
        return "request", request.pk
    return None
