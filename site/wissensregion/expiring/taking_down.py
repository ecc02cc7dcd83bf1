"""Takes away what may not be shown any more, when its day has passed."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from wissensregion.models import SiteImage

logger = logging.getLogger(__name__)


def take_down() -> int:
    """Delete the renditions of pictures whose time has passed, and let every page be made anew.

    Pages ask for the day themselves; but what was made before midnight and kept would go on
    showing the picture, and mails long sent load its rendition from here. Repeatable.
    """
    due = SiteImage.objects.filter(shown_until__lt=timezone.localdate(), taken_down_at=None)
    taken = 0
    for image in due:
        with transaction.atomic():
            # Their files go with them; a right that is prolonged makes them again.
            image.renditions.all().delete()
            # A write visitors see something of: what is kept of the pages ends with it.
            taken += SiteImage.objects.filter(pk=image.pk).update(taken_down_at=timezone.now())
    if taken:
        logger.info("%s pictures are no longer shown.", taken)
    return taken


def seconds_to_next_day() -> float:
    """How long until the next right may end: all end at midnight. Rather late than early."""
    now = timezone.localtime()
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)
    return (midnight - now).total_seconds() + 0.1
