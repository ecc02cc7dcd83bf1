"""Probes: mails to a mailbox of our own, which prove what a service makes of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsletter.sending.states import JUDGED, ProbeState

if TYPE_CHECKING:
    from typing import Self


class ProbeQuerySet(models.QuerySet["Probe"]):
    def waiting(self) -> Self:
        """Sent, and not seen in the mailbox yet."""
        return self.filter(state=ProbeState.WAITING)

    def judged(self) -> Self:
        """Arrived, and held against what was composed."""
        return self.filter(state__in=JUDGED)


class Probe(models.Model):
    """One edition as it was sent to a mailbox of our own, and how it arrived there."""

    issue_key = models.UUIDField(db_index=True)
    locale = models.CharField(max_length=20, choices=settings.LANGUAGES)
    # Of subject, HTML and text: another content needs another probe.
    digest = models.CharField(max_length=64)
    # The service, and over SMTP the server.
    way = models.CharField(max_length=300)
    # Stands in the subject, so that the mail is known again.
    code = models.CharField(max_length=12, unique=True)
    # Where the mail led and what it loaded as it was composed.
    composed = models.JSONField()
    state = models.CharField(max_length=8, choices=ProbeState.choices, default=ProbeState.WAITING)
    sent_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    judged_at = models.DateTimeField(null=True)
    # What arrived otherwise, and of which bytes that was told.
    differences = models.JSONField(default=list)
    arrived_sha256 = models.CharField(max_length=64, blank=True)
    uploaded = models.BooleanField(default=False)
    # Why the mailbox could not be read, while it is waited for.
    problem = models.CharField(max_length=300, blank=True)

    objects = ProbeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ProbeState.values), name="probe_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=JUDGED) | ~Q(arrived_sha256=""),
                name="a_judged_probe_has_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"probe {self.pk} ({self.locale})"
