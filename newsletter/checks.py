"""System checks that say before a sending what would go wrong in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name

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
