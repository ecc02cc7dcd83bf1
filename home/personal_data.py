"""What the pages of the site know about a person: who reported that something cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from home.models import AccessibilityReport

if TYPE_CHECKING:
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


def export(address: str) -> dict[str, Any]:
    """Return the reports whose answer was to go to an address."""
    names = ("address", "message", "place", "language", "created_at", "answered_on", "note")
    return {"accessibility_reports": list(_of(address).order_by("pk").values(*names))}


def erase(address: str) -> dict[str, int]:
    """Delete those reports; what had to be mended for others should be noted elsewhere."""
    return {"AccessibilityReport": _of(address).delete()[0]}


def _of(address: str) -> QuerySet[AccessibilityReport]:
    return AccessibilityReport.objects.filter(address__iexact=address.strip())
