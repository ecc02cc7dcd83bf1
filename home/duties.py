"""What the home plugin has for “This week”: reports about accessibility to be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from home.reports import SCREENS, AccessibilityReport
from wissensregion.plugin import Duty

if TYPE_CHECKING:
    from wissensregion.models import User


def due(user: User) -> list[Duty]:
    if not user.has_perm("home.change_accessibilityreport"):
        return []
    waiting = AccessibilityReport.objects.filter(answered_on=None)
    found = waiting.aggregate(count=Count("pk"), first=Min("due_on"))
    if not found["count"]:
        return []
    url = reverse(f"{SCREENS}:list")
    return [Duty(_("Answer reports of barriers"), url, count=found["count"], due=found["first"])]
