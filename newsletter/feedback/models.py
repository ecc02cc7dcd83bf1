"""What came back from the mail service."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from newsletter.sending.models import Delivery


class FeedbackEvent(models.Model):
    """What the mail service told us once about one delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    # sha256 over service, kind, delivery and time: a repeated event is refused by the database.
    dedup = models.CharField(max_length=64, unique=True)
    description = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
