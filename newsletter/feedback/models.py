"""What came back from the mail service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from typing import Self


class FeedbackEventQuerySet(models.QuerySet["FeedbackEvent"]):
    def waiting(self) -> Self:
        """Taken in and not yet applied."""
        return self.filter(applied_at=None)

    def orphaned(self) -> Self:
        """About no delivery of ours."""
        return self.filter(orphan=True)


class FeedbackEvent(models.Model):
    """What the mail service told us once about one mail, first kept and later applied."""

    service = models.CharField(max_length=40)
    # sha256 over what it says: a repeated event is refused by the database.
    dedup = models.CharField(max_length=64, unique=True)
    delivery_key = models.CharField(max_length=64, blank=True, db_index=True)
    # A keyed hash, never the address; empty where it names nobody (any more).
    address_key = models.CharField(max_length=64, blank=True, db_index=True)
    message_id = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=20)
    reject_reason = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    orphan = models.BooleanField(default=False)

    objects = FeedbackEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(applied_at=None), name="feedback_waiting"),
            models.Index(fields=["received_at"], name="feedback_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BounceMailbox(models.Model):
    """How far one mailbox of bounces has been read."""

    name = models.CharField(max_length=300, unique=True)
    # IMAP numbers mails anew when this changes (RFC 9051, 2.3.1.1).
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"mailbox {self.pk}"
