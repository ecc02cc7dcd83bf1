"""One issue to one address."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.composing.models import Edition
from newsletter.sending.batches import Batch
from newsletter.sending.dispatches import Dispatch
from newsletter.sending.states import DeliveryState, Outcome
from newsletter.subscriptions.models import Subscription

if TYPE_CHECKING:
    from typing import Self


def delivery_key() -> str:
    """What the mail service echoes to name a delivery: 128 random bits."""
    return secrets.token_urlsafe(16)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def planned(self) -> Self:
        return self.filter(state=DeliveryState.PLANNED)

    def due(self) -> Self:
        return self.planned().filter(Q(due_at=None) | Q(due_at__lte=timezone.now()))

    def submitting(self) -> Self:
        return self.filter(state=DeliveryState.SUBMITTING)

    def unknown(self) -> Self:
        return self.filter(state=DeliveryState.UNKNOWN)

    def counts(self) -> dict[str, int]:
        rows = self.order_by().values_list("state").annotate(models.Count("pk"))
        return {**dict.fromkeys(DeliveryState.values, 0), **dict(rows)}


class Delivery(models.Model):
    """One issue to one address, at most once."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="deliveries")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="deliveries")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="deliveries")
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    issue_key = models.UUIDField()
    address = models.EmailField(max_length=254, null=True)  # noqa: DJ001 - null: the person is erased
    address_key = models.CharField(max_length=64)
    key = models.CharField(max_length=32, unique=True, default=delivery_key)
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.PLANNED
    )
    # The same as the state *skipped*. The uniqueness below would else be looked at, and its index
    # written, with every change of a state, far from all that is written with it.
    left_out = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    # Proved by a report about another recipient of the same call.
    inferred = models.BooleanField(default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            # Nobody is mailed the same issue twice, whatever else goes wrong.
            models.UniqueConstraint(
                fields=["issue_key", "address_key"],
                condition=Q(left_out=False),
                name="one_delivery_per_issue_and_address",
            ),
            models.UniqueConstraint(
                fields=["dispatch", "address_key"], name="one_delivery_per_dispatch_and_address"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "submitting"]) | Q(address__isnull=False),
                name="a_planned_delivery_has_an_address",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="skipped", left_out=True)
                | (~Q(state="skipped") & Q(left_out=False)),
                name="left_out_is_what_is_skipped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "id"],
                condition=Q(state__in=["planned", "submitting"]),
                name="delivery_to_do",
            ),
            # A bounce names the mail that came back by nothing else.
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="delivery_by_message_id"
            ),
            models.Index(
                fields=["address_key"],
                condition=Q(outcome="soft_bounced"),
                name="delivery_came_back",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
