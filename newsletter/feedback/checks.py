"""Says at the start what is missing for reports to come in."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Warning as Advice

from newsletter.feedback import webhooks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.apps import AppConfig
    from django.core.checks import CheckMessage

# What a service signs its reports with; without it every one of them is refused.
KEYS = {
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
}
PACKAGES = {"amazon_ses": "boto3", "postal": "cryptography"}
LOST = "Until then nobody hears of bounces and complaints."


def reports_come_in(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    service = webhooks.in_use()
    if service not in webhooks.VIEWS:
        return []
    return [Advice(said, hint=LOST, id=number) for number, said in _missing(service)]


def _missing(service: str) -> Iterator[tuple[str, str]]:
    keys = getattr(settings, "ANYMAIL", {})
    if not webhooks.secret():
        yield "newsletter.W001", f"Set ANYMAIL_WEBHOOK_SECRET so that {service} may report."
        return
    if (name := KEYS.get(service)) and not keys.get(name):
        yield "newsletter.W002", f"Set {name}: {service} signs its reports with it."
    if (package := PACKAGES.get(service)) and not find_spec(package):
        yield "newsletter.W003", f"Install {package}: the reports of {service} need it."
    if keys.get("RESEND_SIGNING_SECRET") and service == "resend" and not find_spec("svix"):
        yield "newsletter.W003", "Install svix: RESEND_SIGNING_SECRET needs it."
    if service == "amazon_ses" and not settings.NEWSLETTER_SES_TOPICS:
        yield "newsletter.W004", "Set AMAZON_SES_TOPICS: only topics named there are listened to."
