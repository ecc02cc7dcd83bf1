"""Which page is shared with which card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.templatetags.static import static
from django.utils import timezone
from wagtail.models import Page

from wissensregion.cards.drawing import LOOK

if TYPE_CHECKING:
    from typing import Self


class ShareCardQuerySet(models.QuerySet["ShareCard"]):
    def stale(self) -> Self:
        """Those whose page was published since, and those of an older look."""
        return self.filter(~Q(look=LOOK) | Q(page__last_published_at__gt=F("seen_at")))


class ShareCard(models.Model):
    """The picture of one page that others show beside a link to it."""

    page = models.OneToOneField(
        Page, primary_key=True, on_delete=models.CASCADE, related_name="share_card"
    )
    file = models.FileField(upload_to="share/")
    # What is drawn, in short: the same words need no other picture.
    fingerprint = models.CharField(max_length=32)
    look = models.PositiveSmallIntegerField(default=LOOK)
    # When it was last known to say what the page says.
    seen_at = models.DateTimeField(default=timezone.now)

    objects = ShareCardQuerySet.as_manager()
    # A page is not used by its own picture.
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}: {self.fingerprint}"


def address(page: Page) -> str:
    """Where the picture of a page is; while it has none, the site's own."""
    card: ShareCard | None = getattr(page, "share_card", None)
    found = card.file.url if card else static("wissensregion/share.png")
    return found if "://" in found else settings.SITE_URL + found
