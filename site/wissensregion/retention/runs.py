"""When each rule was last run, and who of the office answered for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class RetentionRun(models.Model):
    """How one rule of retention fares: when it last ran to its end, and what it ended."""

    rule = models.CharField(max_length=100, unique=True)
    # Who moves this has the rule for themselves until it is due again. None: it is due now.
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    # The kind of error the last run broke off with; the log says more.
    error = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        default_permissions = ()
        permissions = [
            ("see_retention", _("Can see what is kept how long")),
            ("export_persons", _("Can hand out everything about a person")),
            ("erase_persons", _("Can erase a person everywhere")),
        ]

    def __str__(self) -> str:
        return self.rule

    @classmethod
    def claim(cls, rule: str, every: timedelta, now: datetime) -> bool:
        """Take a rule that is due, or learn that another tick has it."""
        cls.objects.get_or_create(rule=rule)
        due = models.Q(claimed_at=None) | models.Q(claimed_at__lte=now - every)
        return cls.objects.filter(due, rule=rule).update(claimed_at=now) == 1


class PersonVerb(models.TextChoices):
    """What was done for a person who asked."""

    SEARCH = "search", _("looked for")
    EXPORT = "export", _("handed out")
    ERASE = "erase", _("erased")


class PersonAct(models.Model):
    """One time somebody of the office answered a person's request. It does not say for whom."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The account may go; who it was stays as long as the row.
    username = models.CharField(max_length=150)
    verb = models.CharField(max_length=8, choices=PersonVerb.choices)
    reason = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"
