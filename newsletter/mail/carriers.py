"""Which way the mail goes: the carrier for the backend in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from newsletter.mail.brevo import BrevoCarrier
from newsletter.mail.mailgun import MailgunCarrier
from newsletter.mail.mailjet import MailjetCarrier
from newsletter.mail.postmark import PostmarkCarrier
from newsletter.mail.singly import SingleCarrier
from newsletter.mail.smtp import SmtpCarrier

if TYPE_CHECKING:
    from newsletter.mail.batches import BatchCarrier
    from newsletter.mail.terms import Carrier

SERVICES: tuple[type[BatchCarrier], ...] = (
    BrevoCarrier,
    MailgunCarrier,
    MailjetCarrier,
    PostmarkCarrier,
)
BATCHING = {f"anymail.backends.{each.service}.EmailBackend": each for each in SERVICES}
SMTP = "django.core.mail.backends.smtp.EmailBackend"

# Services that Anymail speaks to and a newsletter should not go through.
UNSUITABLE = {
    "mailersend": "it takes no headers of its own per recipient and echoes no metadata, so "
    "one-click unsubscribing and bounces would be lost",
    "scaleway": "it reports no bounces and complaints to Anymail",
    "sendgrid": "Anymail no longer supports it",
    "sparkpost": "it replaces the List-Unsubscribe header",
}


def carrier(*, max_batch: int | None = None) -> Carrier:
    """Return a way to the mail backend in the settings, for one thread."""
    backend = settings.EMAIL_BACKEND
    if backend in BATCHING:
        return BATCHING[backend](max_batch=max_batch)
    return SmtpCarrier() if backend == SMTP else SingleCarrier()


def all_or_nothing(service: str) -> bool:
    """Say whether one report about a call proves that all of it was taken."""
    return any(each.service == service and each.all_or_nothing for each in SERVICES)
