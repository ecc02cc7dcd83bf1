"""The days on which something ends, and the mails that told of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

# So long before its day, something is announced.
AHEAD = timedelta(days=30)


class Kind(models.TextChoices):
    """What ends."""

    LICENCE = "licence", _("Licence of a picture")
    CONSENT = "consent", _("Consent of a person shown")
    FIGURE = "figure", _("Review of a key figure")


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> Self:
        """Leave out what readers do not meet any more: figures of pages that are not public."""
        return self.exclude(page__live=False).select_related("image", "page__locale")

    def due(self, until: date) -> Self:
        return self.filter(day__lte=until)


class Deadline(models.Model):
    """The last day of a picture's licence or of a consent, or the day to look at a figure again.

    Written whenever a picture is saved or a page is published, so that nobody has to read all
    pages to know what is due. Whose consent it is stands with the picture alone.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("day"), db_index=True)
    image = models.ForeignKey(
        "wissensregion.SiteImage", null=True, on_delete=models.CASCADE, related_name="deadlines"
    )
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.CASCADE, related_name="+"
    )
    # Of a figure: what it says, and where that is from.
    figure = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    as_of = models.DateField(null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        default_permissions = ()
        permissions = [("see_deadlines", _("Can see which rights and figures expire"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(image=None, page__isnull=False)
                | models.Q(image__isnull=False, page=None),
                name="a_deadline_of_a_picture_or_of_a_page",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    @property
    def is_past(self) -> bool:
        return self.day < timezone.localdate()


class Digest(models.Model):
    """One week's mail to one colleague about what ends; there is never a second one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Its Monday.
    week = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now)
    # Empty while nobody has sent it.
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "week"], name="one_digest_per_user_and_week")
        ]

    def __str__(self) -> str:
        return f"digest {self.pk} of {self.week}"
