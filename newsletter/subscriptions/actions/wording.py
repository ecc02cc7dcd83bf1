"""Which sentence people agree to."""

from __future__ import annotations

import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Subquery

from newsletter.subscriptions.models import ConsentWording, Newsletter

# Not from the catalogue: a better translation must not change what people agreed to.
DEFAULT = {
    "de": (
        "Ich willige ein, dass {sender} mir den gewählten Newsletter mit Neuigkeiten, "
        "Veranstaltungen und Angeboten der beteiligten Einrichtungen per E-Mail sendet, in der "
        "Regel viermal im Jahr. Ich kann die Einwilligung jederzeit für die Zukunft widerrufen, "
        "mit einem Klick auf den Abmeldelink in jeder Ausgabe. Öffnungen und Klicks werden "
        "nicht gemessen."
    ),
    "en": (
        "I agree that {sender} sends me the chosen newsletter with news, events and offers of the "
        "institutions taking part by email, usually four times a year. I can withdraw my consent "
        "for the future at any time, with one click on the link in every issue. Opens and clicks "
        "are not measured."
    ),
}


def offered(locale: str) -> tuple[ConsentWording, list[Newsletter]]:
    """Return what a form shows: the latest wording, or the default one, and the newsletters.

    One query for both, because the form stands on pages that have few to spare.
    """
    latest = ConsentWording.objects.filter(locale=locale).order_by("-version")[:1]
    newsletters = list(
        Newsletter.objects.annotate(
            wording_version=Subquery(latest.values("version")),
            wording_text=Subquery(latest.values("text")),
            wording_sha256=Subquery(latest.values("sha256")),
        )
    )
    if not newsletters or newsletters[0].wording_version is None:
        return _default(locale), list(newsletters)
    first = newsletters[0]
    wording = ConsentWording(
        locale=locale,
        version=first.wording_version,
        text=first.wording_text,
        sha256=first.wording_sha256,
    )
    return wording, list(newsletters)


def ensure_wording(locale: str) -> ConsentWording:
    """Return the latest version; store the default one as the first where there is none."""
    if latest := _latest(locale):
        return latest
    first = _default(locale)
    try:
        with transaction.atomic():
            first.save()
    except IntegrityError:
        return _latest(locale) or first
    return first


def agreed_wording(locale: str, sha256: str) -> ConsentWording:
    """Return the version a form showed, which need not be the latest by now."""
    latest = ensure_wording(locale)
    shown = ConsentWording.objects.filter(locale=locale, sha256=sha256).order_by("version")
    return shown.last() or latest


def _latest(locale: str) -> ConsentWording | None:
    return ConsentWording.objects.filter(locale=locale).order_by("version").last()


def _default(locale: str) -> ConsentWording:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or settings.WAGTAIL_SITE_NAME
    text = DEFAULT.get(locale, DEFAULT["en"]).format(sender=sender)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return ConsentWording(locale=locale, version=1, text=text, sha256=sha256)
