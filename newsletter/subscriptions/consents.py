"""The proof that people asked for mail: what they read, what they did, when and where."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ConsentWording(models.Model):
    """One version of the sentence people agree to, in one locale. Never changed, only followed."""

    locale = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(_("version"), editable=False)
    text = models.TextField(
        _("text"),
        help_text=_(
            "Says who writes, about what and how often, and how to leave. "
            "It is shown with every form from now on; the versions before it stay as proof."
        ),
    )
    # Names the text in a form, so that what is recorded is what was read.
    sha256 = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "version"], name="one_wording_per_locale_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.locale} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a version. One that exists is proof and stays as it is."""
        if self.pk:
            return
        latest = ConsentWording.objects.filter(locale=self.locale).aggregate(Max("version"))
        self.version = (latest["version__max"] or 0) + 1
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        super().save(*args, **kwargs)


class ConsentKind(models.TextChoices):
    """What happened to a consent."""

    REQUESTED = "requested", _("requested")
    MAIL_SENT = "mail_sent", _("confirmation mail sent")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Consent(models.Model):
    """One step in the proof that a person asked for mail. Only ever added to."""

    # The person by keyed hash: the proof begins before there is a subscriber.
    address_key = models.CharField(max_length=64, db_index=True)
    newsletter = models.ForeignKey(
        "newsletter.Newsletter", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=ConsentKind.choices)
    at = models.DateTimeField(default=timezone.now)
    wording = models.ForeignKey(
        ConsentWording, null=True, on_delete=models.PROTECT, related_name="+"
    )
    locale = models.CharField(max_length=20)
    # The page whose form was used, or "api".
    source = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"consent {self.pk}"
