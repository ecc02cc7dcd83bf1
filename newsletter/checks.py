"""System checks that say before a sending what would go wrong in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, Warning, register  # noqa: A004 - Django's name

from newsletter.mail import tracking
from newsletter.mail.carriers import UNSUITABLE


@register()
def the_mail_service_fits_a_newsletter(**kwargs: Any) -> list[CheckMessage]:
    """Some services take a newsletter and lose what the law and the engine need."""
    service = settings.EMAIL_BACKEND.removeprefix("anymail.backends.").split(".")[0]
    if service not in UNSUITABLE:
        return []
    return [
        Warning(
            f"The mail service {service} does not fit a newsletter: {UNSUITABLE[service]}.",
            hint="Use brevo, mailjet, mailgun, postmark or an SMTP server.",
            id="newsletter.W005",
        )
    ]


@register()
def no_tracking_can_be_proven(**kwargs: Any) -> list[CheckMessage]:
    """Say whether the service hears "no tracking" with each mail, or a probe has to show it."""
    service = tracking.service()
    match tracking.tracking():
        case tracking.Tracking.HEARD:
            said = f"{service} is told with each mail not to track, and obeys."
            hint = "Nothing to do; probes are possible and not asked for."
            return [Info(said, hint=hint, id="newsletter.I001")]
        case tracking.Tracking.THEIRS:
            return [_probe_needed(service)]
    return []


def _probe_needed(service: str) -> CheckMessage:
    said = (
        f"{service} decides by settings of its own whether opens and clicks are tracked: no "
        "issue is released before a probe of it has arrived as it was composed."
    )
    switch = tracking.SWITCHES.get(service)
    advice = f"Switch tracking off there: {switch}. " if switch else ""
    if service == "smtp":
        advice = "If it is a mail server of your own, set NEWSLETTER_OWN_MAIL_SERVER=true. "
    if settings.NEWSLETTER_PROBE_MAILBOX:
        hint = f"{advice}Probes are read from the mailbox in PROBE_MAILBOX_URL."
        return Info(said, hint=hint, id="newsletter.I002")
    if settings.NEWSLETTER_PROBE_ADDRESS:
        hint = f"{advice}Probes go to PROBE_ADDRESS and are uploaded as files."
        return Info(said, hint=hint, id="newsletter.I002")
    hint = (
        f"{advice}Set PROBE_MAILBOX_URL, so that probes are looked for by themselves, or only "
        "PROBE_ADDRESS, and upload each probe as a file on the issue's release page."
    )
    return Warning(said, hint=hint, id="newsletter.W006")
