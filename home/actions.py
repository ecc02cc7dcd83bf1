"""What happens to a visitor's word that something cannot be used."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.admin.mail import send_mail

from home.models import AccessibilityPage, AccessibilityReport, SiteProfile
from home.reports import SCREENS
from wissensregion.networks import network_key

HOUR = timedelta(hours=1)
# Nobody finds so many barriers in an hour; all visitors together hardly do.
NETWORK_PER_HOUR, PER_HOUR = 5, 60


def admit(network: str | None) -> bool:
    """Count one report of a network, or say that enough have come within this hour."""
    now = timezone.now()
    if AccessibilityReport.objects.filter(created_at__gt=now - HOUR).count() >= PER_HOUR:
        return False
    if network is None:
        return True
    key = f"home.reports:{network_key(network)}:{now:%Y%m%d%H}"
    cache.add(key, 0, timeout=HOUR.total_seconds())
    try:
        return cache.incr(key) <= NETWORK_PER_HOUR
    except ValueError:
        # The cache has just lost it; then this one is the first.
        return True


def report(*, message: str, place: str, address: str, language: str) -> AccessibilityReport:
    """Keep what a visitor wrote. The office hears of it by mail once it is stored."""
    return AccessibilityReport.objects.create(
        message=message, place=place, address=address, language=language
    )


def tell_office(report_id: int) -> None:
    """Mail the office that a report has come: not what it says, nor who wrote it.

    Mailboxes keep what they get; the report itself can be erased only where it lies.
    """
    kept = AccessibilityReport.objects.filter(pk=report_id).first()
    to = office_address()
    if kept is None or not to:
        return
    with translation.override(settings.LANGUAGE_CODE):
        place = reverse(f"{SCREENS}:edit", args=[kept.pk])
        context = {"report": kept, "url": f"{settings.WAGTAILADMIN_BASE_URL}{place}"}
        text = render_to_string("mail/accessibility_report.txt", context)
        send_mail(_("A report about accessibility has come in"), text, [to])


def office_address() -> str:
    """Where reports go: the address of the statement in the site's first language, or the
    site's own.
    """
    here = {"locale__language_code": settings.LANGUAGE_CODE}
    for rows in (AccessibilityPage.objects.filter(**here), SiteProfile.objects.filter(**here)):
        if address := rows.exclude(email="").values_list("email", flat=True).first():
            return str(address)
    return ""
