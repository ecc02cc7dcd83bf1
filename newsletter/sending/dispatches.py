"""One issue on its way to many, and what operators did about it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.composing.models import Edition
from newsletter.sending.states import ENDED, DispatchState, HoldReason
from newsletter.subscriptions.models import Newsletter

if TYPE_CHECKING:
    from typing import Self


class DispatchKind(models.TextChoices):
    """The one sending to everybody, or a later one to those it did not reach."""

    FINAL = "final", _("to all readers")
    FOLLOWUP = "followup", _("to those not reached")


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def not_undone(self) -> Self:
        """On its way or arrived: what keeps the issue from being sent a second time."""
        return self.exclude(state__in=[DispatchState.CANCELLED, DispatchState.FAILED])

    def alive(self) -> Self:
        """Neither completed nor given up."""
        return self.exclude(state__in=ENDED)

    def working(self) -> Self:
        """Worked on by the engine, without anybody's help."""
        return self.filter(
            state__in=[
                DispatchState.SCHEDULED,
                DispatchState.PREPARING,
                DispatchState.READY,
                DispatchState.SENDING,
                DispatchState.DRAINING,
            ]
        )


class Dispatch(models.Model):
    """One sending of one issue to its audience."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="dispatches")
    issue_key = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=8, choices=DispatchKind.choices, default=DispatchKind.FINAL)
    # One per form shown: the same press replayed is the same dispatch.
    nonce = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    editions = models.ManyToManyField(Edition, related_name="dispatches")
    state = models.CharField(
        max_length=12, choices=DispatchState.choices, default=DispatchState.PREPARING
    )
    hold_reason = models.CharField(max_length=8, choices=HoldReason.choices, blank=True, default="")
    # The freeze goes on after the last subscription it has written a delivery for.
    cursor = models.BigIntegerField(default=0)
    # What the operator typed, and what the freeze found. Null: nobody typed anything.
    expected_count = models.PositiveIntegerField(null=True)
    frozen_count = models.PositiveIntegerField(default=0)
    # A schedule: not before, and held for a person when found later than that.
    not_before = models.DateTimeField(null=True)
    latest_start = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Where two people are asked for, the second.
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # The audience is complete since then.
    ready_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    # The last call was made; what is unknown may still be reported.
    drained_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    # Back-off and the minute in which one may still think again: nothing is handed over before.
    due_at = models.DateTimeField(null=True)
    # The first batch is out, and the rest waits for what is reported of it.
    canary_until = models.DateTimeField(null=True)
    # When a worker last looked for a batch, to the second: the tick leaves such a dispatch alone.
    touched_at = models.DateTimeField(null=True)
    # For when a wake-up was asked for last: of one moment, one is enough.
    wake_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        permissions = [("send_issue", _("Can send newsletter issues"))]
        constraints = [
            models.UniqueConstraint(
                fields=["issue_key"],
                condition=Q(kind="final") & ~Q(state__in=["cancelled", "failed"]),
                name="one_dispatch_per_issue",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DispatchState.values), name="dispatch_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(hold_reason=""), name="a_hold_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"dispatch {self.pk}"


class OperatorVerb(models.TextChoices):
    """What an operator can do about a dispatch."""

    START = "start", _("started")
    SCHEDULE = "schedule", _("scheduled")
    RELEASE = "release", _("released")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("let go on")
    CANCEL = "cancel", _("cancelled")
    RESEND = "resend", _("sent again to unknown")
    RETRY = "retry", _("tried failed ones again")
    EXPORT = "export", _("exported")
    ADOPT = "adopt", _("adopted this server")
    THROTTLE = "throttle", _("changed the pace")
    AUTO_PAUSE = "auto_pause", _("paused by itself")
    AUTO_HOLD = "auto_hold", _("held by itself")


class OperatorAct(models.Model):
    """Something an operator, or the engine in their place, did about sending, and why."""

    dispatch = models.ForeignKey(Dispatch, null=True, on_delete=models.PROTECT, related_name="acts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    verb = models.CharField(max_length=10, choices=OperatorVerb.choices)
    reason = models.CharField(max_length=300, blank=True)
    # How many deliveries it was about, where it was about some.
    count = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.dispatch_id}"
