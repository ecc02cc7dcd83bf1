"""Where the mail service in use reports to: one address, and only with a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import path
from django.utils.module_loading import import_string

from newsletter.feedback import actions

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent
    from django.urls import URLPattern

BACKEND = "anymail.backends."
# The services whose reports Anymail reads. Routing all of them would open doors nobody watches.
VIEWS = {
    "amazon_ses": "AmazonSESTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "postal": "PostalTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
}


def urlpatterns() -> list[URLPattern]:
    """The address of the service in use; without a secret anybody could report, so then none."""
    service = _service()
    secret = getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET")
    if not secret or service not in VIEWS:
        return []
    view: Any = import_string(f"anymail.webhooks.{service}.{VIEWS[service]}")
    # All events of one call are one commit: the service repeats the whole call or nothing.
    together = transaction.atomic(view.as_view())
    return [path(f"webhooks/{service}/", together, name="webhook")]


def take(event: AnymailTrackingEvent, service: str) -> None:
    """Hand an event on, in the words of the actions."""
    actions.record(
        actions.Report(
            service=service,
            kind=event.event_type,
            delivery_key=str((event.metadata or {}).get("delivery", "")),
            recipient=event.recipient or "",
            reject_reason=event.reject_reason or "",
            description=event.description or event.mta_response or "",
            event_id=str(event.event_id or ""),
            at=event.timestamp,
        )
    )


def _service() -> str:
    backend: str = settings.EMAIL_BACKEND
    return backend.removeprefix(BACKEND).split(".")[0] if backend.startswith(BACKEND) else ""
