"""What visitors could not use, and how far the answer is."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

# Where Wagtail puts the screens of a snippet.
SCREENS = "wagtailsnippets_home_accessibilityreport"
LONGEST_MESSAGE = 4000
LONGEST_PLACE = 500


class AccessibilityReportQuerySet(models.QuerySet["AccessibilityReport"]):
    def open(self) -> AccessibilityReportQuerySet:
        return self.filter(answered_on=None)

    def answered(self) -> AccessibilityReportQuerySet:
        return self.exclude(answered_on=None)

    def overdue(self) -> AccessibilityReportQuerySet:
        return self.open().filter(due_on__lt=timezone.localdate())


class AccessibilityReport(models.Model):
    """A visitor's word that something cannot be used. To be answered within a month."""

    message = models.TextField(_("what did not work"), max_length=LONGEST_MESSAGE)
    place = models.CharField(_("on which page"), max_length=LONGEST_PLACE, blank=True)
    address = models.EmailField(_("mail address for the answer"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    # Section 12b (4) BGG.
    due_on = models.DateField(_("to be answered by"), editable=False, db_index=True)
    answered_on = models.DateField(
        _("answered on"), null=True, blank=True, help_text=_("Empty: still open.")
    )
    note = models.TextField(
        _("note"), blank=True, help_text=_("What was answered or mended. Only the office reads it.")
    )

    objects = AccessibilityReportQuerySet.as_manager()

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("message", read_only=True),
                FieldPanel("place", read_only=True),
                FieldRowPanel(
                    [FieldPanel("address", read_only=True), FieldPanel("language", read_only=True)]
                ),
                FieldRowPanel(
                    [FieldPanel("created_at", read_only=True), FieldPanel("due_on", read_only=True)]
                ),
            ],
            heading=_("What was reported"),
        ),
        MultiFieldPanel([FieldPanel("answered_on"), FieldPanel("note")], heading=_("The answer")),
    ]

    class Meta:
        verbose_name = _("accessibility report")
        verbose_name_plural = _("accessibility reports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.due_on = a_month_after(timezone.localdate(self.created_at))
        super().save(*args, **kwargs)

    @property
    def state(self) -> str:
        if self.answered_on:
            return str(_("answered"))
        return str(_("overdue") if self.due_on < timezone.localdate() else _("open"))


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last one."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004 - December
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )
