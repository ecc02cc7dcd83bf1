"""Keys to a person's own settings, mailed to them, and the word to an address they have left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions.signups import Addressed

if TYPE_CHECKING:
    from typing import Self


class AccessPurpose(models.TextChoices):
    """What a mailed key opens."""

    SETTINGS = "settings", _("settings")
    ERASE = "erase", _("erase everything")


class MailedQuerySet(models.QuerySet[Any]):
    def due(self) -> Self:
        """Waiting for its mail: nobody has taken it, or who took it did not come back."""
        abandoned = timezone.now() - LEASE
        return self.filter(Q(claimed_at=None) | Q(claimed_at__lt=abandoned), settled_at=None)


# How long who sends a mail may take before another worker sends it.
LEASE = timedelta(minutes=10)


class AccessLink(models.Model):
    """One key to the settings of one person, sent to their mailbox: for half an hour, once.

    The same row is written for every address somebody types in; whether a subscriber stands
    behind it is only asked when the mail is written.
    """

    LIFE = timedelta(minutes=30)
    # A button pressed twice must not lock out who pressed it.
    GRACE = timedelta(minutes=1)

    # Emptied when the person is erased, so that the second press still finds what it did.
    address_key = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=10, choices=AccessPurpose.choices)
    locale = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = MailedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="one_link_per_token"
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    @property
    def opens(self) -> bool:
        """Whether a press of its button still counts."""
        now = timezone.now()
        if self.used_at is not None:
            return now < self.used_at + self.GRACE
        return self.expires_at is not None and now < self.expires_at

    @property
    def session_ends_at(self) -> datetime | None:
        return self.used_at + self.LIFE if self.used_at else None


class MoveNotice(Addressed):
    """A mail still owed to an address that subscriptions have moved away from. Gone when sent."""

    locale = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = MailedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["address_key"], name="notices_of_an_address")]

    def __str__(self) -> str:
        return f"move notice {self.pk}"
