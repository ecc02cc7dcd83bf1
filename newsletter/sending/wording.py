"""Times and numbers as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, number_format

if TYPE_CHECKING:
    from datetime import datetime


def clock(at: datetime | None) -> str:
    """The time of day; with the date if that is not today."""
    if at is None:
        return ""
    here = timezone.localtime(at)
    today = here.date() == timezone.localdate()
    return date_format(here, "TIME_FORMAT" if today else "SHORT_DATETIME_FORMAT")


def grouped(number: int | None) -> str:
    """A number with its thousands apart."""
    return "–" if number is None else str(number_format(number, force_grouping=True))
