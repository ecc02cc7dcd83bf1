"""What the pages of the site know about a person: who reported that something cannot be used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.models import AccessibilityReport
from wissensregion.retention.rules import DAILY, YEAR, Activity, Basis, Rule

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

MODELS = {
    "AccessibilityPage": False,
    "AccessibilityReport": True,
    "HomePage": False,
    "ImprintPage": False,
    "PrivacyPage": False,
    "SearchPage": False,
    "SiteProfile": False,
    "StandardPage": False,
}


def _answered(before: datetime) -> QuerySet[AccessibilityReport]:
    return AccessibilityReport.objects.filter(answered_on__lt=timezone.localdate(before))


BARRIERS = Activity(
    title=_("Reports of barriers"),
    purpose=_("Answering who could not use something, and mending it."),
    whose=_("visitors who report a barrier"),
    basis=Basis.DUTY,
    because=_("Public bodies offer a way to report barriers and answer it (section 12b BGG)."),
)
RETENTION = [
    Rule(
        name="home.reports",
        activity=BARRIERS,
        models=("AccessibilityReport",),
        data=_("what was written, the page it is about, a mail address where one was given"),
        kept=timedelta(days=YEAR),
        since=_("the answer"),
        reason=_("Whoever asked may come back to the answer (GDPR Art. 5(1)(e))."),
        expired=_answered,
        every=DAILY,
    )
]


def export(address: str) -> dict[str, Any]:
    """Return the reports whose answer was to go to an address."""
    names = ("address", "message", "place", "language", "created_at", "answered_on", "note")
    return {"accessibility_reports": list(_of(address).order_by("pk").values(*names))}


def erase(address: str) -> dict[str, int]:
    """Delete those reports; what had to be mended for others should be noted elsewhere."""
    return {"AccessibilityReport": _of(address).delete()[0]}


def _of(address: str) -> QuerySet[AccessibilityReport]:
    return AccessibilityReport.objects.filter(address__iexact=address.strip())
