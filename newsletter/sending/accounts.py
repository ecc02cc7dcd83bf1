"""Our account with a mail service: how fast and how much, and whether it answers at all."""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SenderAccount(models.Model):
    """The pace at which all workers together may hand over to one mail service."""

    service = models.CharField(_("mail service"), max_length=40, unique=True, editable=False)
    rate = models.PositiveIntegerField(
        _("mails per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as fast as the service takes them."),
    )
    day_limit = models.PositiveIntegerField(
        _("mails per day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit of ours."),
    )
    warm_up_from = models.DateField(
        _("warming up since"),
        null=True,
        blank=True,
        help_text=_(
            "For a new sender domain: 200 mails on the first day, twice as many on each "
            "day after it. Empty: the domain is known already."
        ),
    )
    max_batch = models.PositiveIntegerField(
        _("recipients per call"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as the service takes."),
    )
    # The token bucket: how many mails may leave at once, as of then.
    tokens = models.FloatField(default=0, editable=False)
    refilled_at = models.DateTimeField(default=timezone.now, editable=False)
    # Told to slow down, we go at this share of the rate and come back by little.
    slowdown = models.FloatField(default=1, editable=False)
    day = models.DateField(null=True, editable=False)
    day_count = models.PositiveIntegerField(default=0, editable=False)
    # The circuit: after failures in a row nothing is handed over until then.
    failures = models.PositiveIntegerField(default=0, editable=False)
    open_until = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("sender account")
        verbose_name_plural = _("sender accounts")

    def __str__(self) -> str:
        return self.service


class EngineHost(models.Model):
    """A server that may hand over from this database; a copy of the database does not know it."""

    instance = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)
    adopted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
