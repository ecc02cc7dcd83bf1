"""Where the mail service in use reports to: one address, only with a secret, and only to keep.

A request keeps what it brings in one commit and answers; what it means is found out later.
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.urls import path
from django.utils.module_loading import import_string

from newsletter.feedback import actions, dialects, tasks
from newsletter.feedback.reports import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anymail.signals import AnymailTrackingEvent
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    View = Callable[..., HttpResponse]

BACKEND = "anymail.backends."
# The services whose reports Anymail reads. Routing all of them would open doors nobody watches.
VIEWS = {
    "amazon_ses": "AmazonSESTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "mailtrap": "MailtrapTrackingWebhookView",
    "mandrill": "MandrillCombinedWebhookView",
    "postal": "PostalTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "unisender_go": "UnisenderGoTrackingWebhookView",
}
# Mailgun tries again for eight hours; what was signed earlier than a day ago is a replay.
MAILGUN_WINDOW = 24 * 60 * 60

_request: ContextVar[list[Report] | None] = ContextVar("reports of one request", default=None)


def urlpatterns() -> list[URLPattern]:
    """The address of the service in use; without a secret anybody could report, so then none."""
    service = in_use()
    if service not in VIEWS or not secret():
        return []
    if service == "amazon_ses" and not settings.NEWSLETTER_SES_TOPICS:
        return []
    view = import_string(f"anymail.webhooks.{service}.{VIEWS[service]}").as_view()
    if guard := GUARDS.get(service):
        view = guard(view)
    return [path(f"webhooks/{service}/", _kept_together(view), name="webhook")]


def in_use() -> str:
    """Return the name of the mail service in use, or nothing for plain SMTP."""
    backend: str = settings.EMAIL_BACKEND
    return backend.removeprefix(BACKEND).split(".")[0] if backend.startswith(BACKEND) else ""


def secret() -> Any:
    return getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET")


def take(event: AnymailTrackingEvent, esp_name: str) -> None:
    """Take in an event that Anymail announces, together with the others of its request."""
    report = _report(event, dialects.slug(esp_name))
    together = _request.get()
    if together is None:
        _keep([report])
    else:
        together.append(report)


def _kept_together(view: View) -> View:
    """One commit for all events of a request: the service repeats the whole call or nothing."""

    @functools.wraps(view)
    def keep(request: HttpRequest) -> HttpResponse:
        with _collecting() as found:
            answer = view(request)
            _keep(found)
        return answer

    return keep


@contextmanager
def _collecting() -> Iterator[list[Report]]:
    found: list[Report] = []
    token = _request.set(found)
    try:
        yield found
    finally:
        _request.reset(token)


def _keep(found: list[Report]) -> None:
    if actions.take_in(found):
        tasks.wake()


def _report(event: AnymailTrackingEvent, service: str) -> Report:
    kind, reason = dialects.reason(
        service, event.event_type, event.reject_reason or "", event.esp_event
    )
    metadata = event.metadata
    named = metadata.get("delivery", "") if hasattr(metadata, "get") else ""
    return Report(
        service=service,
        kind=kind,
        delivery_key=named if isinstance(named, str) else "",
        recipient=str(event.recipient or ""),
        message_id=str(event.message_id or ""),
        reject_reason=reason,
        description=str(event.mta_response or event.description or ""),
        event_id=str(event.event_id or ""),
        at=event.timestamp,
    )


def _once_and_in_time(view: View) -> View:
    """Mailgun signs a time and a token, not what it says: neither may be used for anything else.

    Who repeats the very same words is let through, as the service does after a time-out.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        signature = _signature(request)
        if abs(time.time() - signature["timestamp"]) > MAILGUN_WINDOW:
            message = "This was signed too long ago."
            raise SuspiciousOperation(message)
        said = hashlib.sha256(request.body).hexdigest()
        answer = view(request)
        # Asked after the view has checked the signature: nobody else may fill the cache.
        name = f"mailgun:{hashlib.sha256(signature['token'].encode()).hexdigest()}"
        if cache.get_or_set(name, said, MAILGUN_WINDOW) != said:
            message = "This signature was used for something else."
            raise SuspiciousOperation(message)
        return answer

    return guarded


def _signature(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)["signature"]
        return {"timestamp": float(found["timestamp"]), "token": str(found["token"])}
    except (KeyError, TypeError, ValueError) as error:
        message = "This is not signed."
        raise SuspiciousOperation(message) from error


def _from_our_topic(view: View) -> View:
    """Anybody may send through Amazon's SNS: only our own topics are listened to."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            topic = json.loads(request.body)["TopicArn"]
        except (KeyError, TypeError, ValueError):
            topic = None
        if topic not in settings.NEWSLETTER_SES_TOPICS:
            message = "This comes from none of our topics."
            raise SuspiciousOperation(message)
        return view(request)

    return guarded


GUARDS = {"amazon_ses": _from_our_topic, "mailgun": _once_and_in_time}
