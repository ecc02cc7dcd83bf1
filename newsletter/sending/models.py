"""One issue on its way to many: dispatches and their deliveries."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.composing.models import Edition
from newsletter.subscriptions.models import Newsletter, Subscription

if TYPE_CHECKING:
    from typing import Self

LONGEST_CALL = timedelta(minutes=10)


def delivery_key() -> str:
    """What the mail service echoes to name a delivery: 128 random bits."""
    return secrets.token_urlsafe(16)


class DispatchState(models.TextChoices):
    """Where a dispatch stands."""

    PREPARING = "preparing", _("preparing")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def not_undone(self) -> Self:
        """On its way or arrived: what keeps the issue from being sent a second time."""
        return self.exclude(state__in=[DispatchState.CANCELLED, DispatchState.FAILED])


class Dispatch(models.Model):
    """One sending of one issue to its audience."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="dispatches")
    issue_key = models.UUIDField(db_index=True)
    editions = models.ManyToManyField(Edition, related_name="dispatches")
    state = models.CharField(
        max_length=12, choices=DispatchState.choices, default=DispatchState.PREPARING
    )
    # The freeze goes on after the last subscription it has written a delivery for.
    cursor = models.BigIntegerField(default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    errors_in_row = models.PositiveIntegerField(default=0)
    # Back-off: nothing is handed over before.
    due_at = models.DateTimeField(null=True)
    # When a worker last took a batch: the tick leaves a dispatch alone that is being worked on.
    touched_at = models.DateTimeField(null=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        permissions = [("send_issue", _("Can send newsletter issues"))]
        constraints = [
            models.UniqueConstraint(
                fields=["issue_key"],
                condition=~Q(state__in=["cancelled", "failed"]),
                name="one_dispatch_per_issue",
            )
        ]

    def __str__(self) -> str:
        return f"dispatch {self.pk}"


class DeliveryState(models.TextChoices):
    """What we know of our own call to the mail service."""

    PLANNED = "planned", _("planned")
    SUBMITTING = "submitting", _("being handed over")
    ACCEPTED = "accepted", _("handed over")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")
    SKIPPED = "skipped", _("left out")


class Outcome(models.TextChoices):
    """What became of a delivery, least final first: of two, the later in this list counts."""

    QUEUED = "queued", _("queued")
    DEFERRED = "deferred", _("delayed")
    SOFT_BOUNCED = "soft_bounced", _("came back for now")
    DELIVERED = "delivered", _("delivered")
    HARD_BOUNCED = "hard_bounced", _("address does not exist")
    COMPLAINED = "complained", _("reported as unwanted")


class SkipReason(models.TextChoices):
    """Why a planned delivery was left out."""

    ENDED = "ended", _("unsubscribed meanwhile")
    CANCELLED = "cancelled", _("dispatch cancelled")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def planned(self) -> Self:
        return self.filter(state=DeliveryState.PLANNED)

    def due(self) -> Self:
        return self.planned().filter(Q(due_at=None) | Q(due_at__lte=timezone.now()))

    def stale(self) -> Self:
        """In a call longer than any call lasts: their worker is dead, their fate unknown."""
        return self.filter(
            state=DeliveryState.SUBMITTING, claimed_at__lt=timezone.now() - LONGEST_CALL
        )

    def counts(self) -> dict[str, int]:
        rows = self.order_by().values_list("state").annotate(models.Count("pk"))
        return {**dict.fromkeys(DeliveryState.values, 0), **dict(rows)}


class Delivery(models.Model):
    """One issue to one address, at most once."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="deliveries")
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
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            # Nobody is mailed the same issue twice, whatever else goes wrong.
            models.UniqueConstraint(
                fields=["issue_key", "address_key"],
                condition=~Q(state="skipped"),
                name="one_delivery_per_issue_and_address",
            ),
            models.UniqueConstraint(
                fields=["dispatch", "address_key"], name="one_delivery_per_dispatch_and_address"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "submitting"]) | Q(address__isnull=False),
                name="a_planned_delivery_has_an_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["dispatch", "id"],
                condition=Q(state__in=["planned", "submitting"]),
                name="delivery_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
