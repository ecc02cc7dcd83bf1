"""What visitors wrote."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """What one visitor wrote."""

    address = models.EmailField()
    text = models.CharField(max_length=200)
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"entry {self.pk}"
