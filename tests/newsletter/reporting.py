"""Reports as mail services post them, and what they may and may not change."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import reload
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.test import override_settings
from django.urls import clear_url_caches
from django.utils import timezone

import newsletter.urls
import wissensregion.urls
from newsletter import guards
from newsletter.feedback import actions
from newsletter.feedback.reports import Report
from newsletter.models import Delivery, Dispatch, FeedbackEvent
from newsletter.sending import actions as sending
from newsletter.sending import audience

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from django.http import HttpResponse
    from django.test import Client

    from newsletter.models import IssuePage
    from wissensregion.models import User

SECRET = "reports:a-password-long-enough-for-anybody"  # noqa: S105 - a test's own
SIGNING_KEY = "a-key-to-sign-with"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:newsletter"
# What keeping a report may write.
INBOX = {"FeedbackEvent"}


@contextmanager
def past_the_guards() -> Iterator[None]:
    """Set a scene at once that the product only reaches step by step."""
    guards.remove()
    yield
    guards.install()


def handed_over(issue: IssuePage, editor: User) -> list[Delivery]:
    """An issue's copies, as Brevo took them."""
    dispatch = sending.start(issue, editor)
    audience.freeze_chunk(dispatch.pk)
    for state in ("claimed", "done"):
        dispatch.batches.update(service="brevo", state=state, lease_until=timezone.now())
    dispatch.deliveries.update(state="accepted", handed_over_at=timezone.now())
    for state in ("ready", "sending", "completed"):
        Dispatch.objects.filter(pk=dispatch.pk).update(state=state)
    return list(dispatch.deliveries.order_by("pk"))


def report(delivery: Delivery, kind: str, **more: Any) -> Report:
    values = {"recipient": delivery.address or "", "service": "brevo", "event_id": kind, **more}
    return Report(kind=kind, **{"delivery_key": delivery.key, **values})


def tell(*found: Report) -> None:
    """Take reports in and apply them."""
    actions.take_in(found)
    actions.apply_waiting()


def state_of_all(
    *, but: Iterable[str] = (), only: Container[str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the newsletter, but for the inbox."""
    left_out = {*INBOX, *but}
    models = {model.__name__: model for model in apps.get_app_config("newsletter").get_models()}
    return {
        name: list(model.objects.order_by("pk").values())  # type: ignore[attr-defined]
        for name, model in models.items()
        if name not in left_out and (only is None or name in only)
    }


@contextmanager
def service_in_use(service: str, **keys: Any) -> Iterator[None]:
    """The site with this mail service; its addresses are read anew."""
    with override_settings(
        EMAIL_BACKEND=f"anymail.backends.{service}.EmailBackend",
        ANYMAIL={"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY, **keys},
        NEWSLETTER_SES_TOPICS=[TOPIC],
    ):
        _reload_urls()
        yield
    _reload_urls()


def _reload_urls() -> None:
    reload(newsletter.urls)
    reload(wissensregion.urls)
    clear_url_caches()


def authorization(secret: str = SECRET) -> str:
    return f"Basic {b64encode(secret.encode()).decode()}"


def brevo(event: str, delivery: Delivery, **more: Any) -> dict[str, Any]:
    return {
        "event": event, "email": delivery.address, "id": 4711, "ts": 1795471200,
        "ts_event": 1795471200, "ts_epoch": int(time.time() * 1000), "subject": "Neues",
        "message-id": "<202611240900.1234567890@smtp-relay.mailin.fr>",
        "X-Mailin-custom": json.dumps({"delivery": delivery.key}), **more,
    }  # fmt: skip


def mailjet(event: str, delivery: Delivery, **more: Any) -> list[dict[str, Any]]:
    told = {
        "event": event, "time": int(time.time()), "MessageID": 19421777835146490,
        "email": delivery.address, "mj_campaign_id": 7257, "mj_contact_id": 4, "CustomID": "",
        "customcampaign": "", "Payload": json.dumps({"delivery": delivery.key}), **more,
    }  # fmt: skip
    return [told]


def postmark(record: str, delivery: Delivery, **more: Any) -> dict[str, Any]:
    who = "Recipient" if record in {"Delivery", "SubscriptionChange"} else "Email"
    return {
        "RecordType": record, "ServerID": 23, "MessageStream": "broadcasts", who: delivery.address,
        "MessageID": "00000000-0000-0000-0000-000000000000", "Tag": "issue",
        "Metadata": {"delivery": delivery.key}, "DeliveredAt": _now(), "BouncedAt": _now(),
        "ChangedAt": _now(), **more,
    }  # fmt: skip


def mailgun(event: str, delivery: Delivery, **more: Any) -> dict[str, Any]:
    data = {
        "event": event, "id": secrets.token_urlsafe(16), "timestamp": time.time(),
        "log-level": "info", "recipient": delivery.address, "recipient-domain": "example.org",
        "user-variables": {"delivery": delivery.key}, "tags": [],
        "message": {"headers": {"to": delivery.address, "message-id": "20261124.1@example.org"}},
        **more,
    }  # fmt: skip
    return {"signature": mailgun_signature(), "event-data": data}


def mailgun_signature(at: float | None = None, key: str = SIGNING_KEY) -> dict[str, str]:
    timestamp, token = str(int(at or time.time())), secrets.token_hex(25)
    mac = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256)
    return {"timestamp": timestamp, "token": token, "signature": mac.hexdigest()}


def amazon_ses(kind: str, to: Delivery, **more: Any) -> dict[str, Any]:
    event = {
        "eventType": kind,
        "mail": {
            "timestamp": _now(), "messageId": "0102018f-0000", "destination": [to.address],
            "headers": [
                {"name": "Subject", "value": "Neues"},
                {"name": "X-Metadata", "value": json.dumps({"delivery": to.key})},
            ],
        },
        **more,
    }  # fmt: skip
    return {
        "Type": "Notification", "MessageId": secrets.token_hex(16), "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification", "Message": json.dumps(event),
        "Timestamp": _now(), "SignatureVersion": "1", "Signature": "unread",
    }  # fmt: skip


def ses_who(part: str, delivery: Delivery, **more: Any) -> dict[str, Any]:
    return {part: [{"emailAddress": delivery.address}], **more}


@dataclass(frozen=True)
class Sample:
    """A report as a service posts it, and what it makes of a delivery."""

    service: str
    body: Callable[[Delivery], Any]
    outcome: str
    ended: str = ""


def _bounce(kind: str) -> Callable[[Delivery], Any]:
    return lambda delivery: amazon_ses(
        "Bounce", delivery,
        bounce=ses_who("bouncedRecipients", delivery, bounceType=kind, bounceSubType="General"),
    )  # fmt: skip


SAMPLES = {
    "brevo-request": Sample("brevo", lambda d: brevo("request", d), "queued"),
    "brevo-delivered": Sample("brevo", lambda d: brevo("delivered", d), "delivered"),
    "brevo-deferred": Sample("brevo", lambda d: brevo("deferred", d), "deferred"),
    "brevo-soft": Sample("brevo", lambda d: brevo("soft_bounce", d), "soft_bounced"),
    "brevo-hard": Sample("brevo", lambda d: brevo("hard_bounce", d), "hard_bounced", "bounced"),
    "brevo-invalid": Sample(
        "brevo", lambda d: brevo("invalid_email", d), "hard_bounced", "bounced"
    ),
    "brevo-blocked": Sample("brevo", lambda d: brevo("blocked", d), "soft_bounced"),
    "brevo-error": Sample("brevo", lambda d: brevo("error", d), "soft_bounced"),
    "brevo-spam": Sample("brevo", lambda d: brevo("spam", d), "complained", "complained"),
    "brevo-complaint": Sample("brevo", lambda d: brevo("complaint", d), "complained", "complained"),
    "brevo-unsubscribe": Sample("brevo", lambda d: brevo("unsubscribe", d), "", "withdrawn"),
    "mailjet-sent": Sample("mailjet", lambda d: mailjet("sent", d), "delivered"),
    "mailjet-alone": Sample("mailjet", lambda d: mailjet("sent", d)[0], "delivered"),
    "mailjet-hard": Sample(
        "mailjet",
        lambda d: mailjet("bounce", d, blocked=False, hard_bounce=True, error="user unknown"),
        "hard_bounced", "bounced",
    ),
    "mailjet-full": Sample(
        "mailjet",
        lambda d: mailjet("bounce", d, blocked=False, hard_bounce=False, error="quota exceeded"),
        "soft_bounced",
    ),
    "mailjet-greylisted": Sample(
        "mailjet",
        lambda d: mailjet("bounce", d, hard_bounce=False, error="greylisted"),
        "deferred",
    ),
    "mailjet-preblocked": Sample(
        "mailjet", lambda d: mailjet("blocked", d, error="preblocked"), "soft_bounced"
    ),
    "mailjet-typo": Sample(
        "mailjet", lambda d: mailjet("blocked", d, error="typofix"), "hard_bounced", "bounced"
    ),
    "mailjet-spam": Sample("mailjet", lambda d: mailjet("spam", d), "complained", "complained"),
    "mailjet-unsub": Sample("mailjet", lambda d: mailjet("unsub", d), "", "withdrawn"),
    "postmark-delivery": Sample("postmark", lambda d: postmark("Delivery", d), "delivered"),
    "postmark-hard": Sample(
        "postmark", lambda d: postmark("Bounce", d, Type="HardBounce", ID=1), "hard_bounced",
        "bounced",
    ),
    "postmark-soft": Sample(
        "postmark", lambda d: postmark("Bounce", d, Type="SoftBounce", ID=2), "soft_bounced"
    ),
    "postmark-transient": Sample(
        "postmark", lambda d: postmark("Bounce", d, Type="Transient", ID=3), "deferred"
    ),
    "postmark-isp-block": Sample(
        "postmark", lambda d: postmark("Bounce", d, Type="Blocked", ID=4), "soft_bounced"
    ),
    "postmark-spam": Sample(
        "postmark", lambda d: postmark("SpamComplaint", d, Type="SpamComplaint", ID=5),
        "complained", "complained",
    ),
    "postmark-unsubscribe": Sample(
        "postmark",
        lambda d: postmark(
            "SubscriptionChange", d, SuppressSending=True, SuppressionReason="ManualSuppression"
        ),
        "", "withdrawn",
    ),
    "postmark-suppressed": Sample(
        "postmark",
        lambda d: postmark(
            "SubscriptionChange", d, SuppressSending=True, SuppressionReason="HardBounce"
        ),
        "hard_bounced", "bounced",
    ),
    "mailgun-delivered": Sample("mailgun", lambda d: mailgun("delivered", d), "delivered"),
    "mailgun-permanent": Sample(
        "mailgun", lambda d: mailgun("failed", d, severity="permanent", reason="bounce"),
        "hard_bounced", "bounced",
    ),
    "mailgun-temporary": Sample(
        "mailgun", lambda d: mailgun("failed", d, severity="temporary", reason="generic"),
        "deferred",
    ),
    "mailgun-known-complaint": Sample(
        "mailgun",
        lambda d: mailgun("failed", d, severity="permanent", reason="suppress-complaint"),
        "complained", "complained",
    ),
    "mailgun-rejected": Sample(
        "mailgun", lambda d: mailgun("rejected", d, reject={"reason": "virus"}), "soft_bounced"
    ),
    "mailgun-complained": Sample(
        "mailgun", lambda d: mailgun("complained", d), "complained", "complained"
    ),
    "mailgun-unsubscribed": Sample(
        "mailgun", lambda d: mailgun("unsubscribed", d), "", "withdrawn"
    ),
    "ses-send": Sample("amazon_ses", lambda d: amazon_ses("Send", d, send={}), "queued"),
    "ses-delivery": Sample(
        "amazon_ses",
        lambda d: amazon_ses("Delivery", d, delivery={"recipients": [d.address]}),
        "delivered",
    ),
    "ses-permanent": Sample("amazon_ses", _bounce("Permanent"), "hard_bounced", "bounced"),
    "ses-transient": Sample("amazon_ses", _bounce("Transient"), "soft_bounced"),
    "ses-complaint": Sample(
        "amazon_ses",
        lambda d: amazon_ses("Complaint", d, complaint=ses_who("complainedRecipients", d)),
        "complained", "complained",
    ),
    "ses-reject": Sample(
        "amazon_ses", lambda d: amazon_ses("Reject", d, reject={"reason": "Bad content"}),
        "soft_bounced",
    ),
}  # fmt: skip


def post(
    client: Client,
    service: str,
    body: Any,
    *,
    secret: str | None = SECRET,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Post as the service does."""
    sent = {"authorization": authorization(secret)} if secret else {}
    if service == "amazon_ses" and isinstance(body, dict):
        sent["x-amz-sns-message-type"] = body.get("Type", "")
        sent["x-amz-sns-message-id"] = body.get("MessageId", "")
    answer: HttpResponse = client.post(  # type: ignore[assignment]
        f"/newsletter/webhooks/{service}/",
        json.dumps(body),
        content_type="text/plain" if service == "amazon_ses" else "application/json",
        headers={**sent, **(headers or {})},
    )
    return answer


def orphans() -> int:
    return FeedbackEvent.objects.orphaned().count()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
