"""What the mail service reports: in any order, any number of times, and from nobody else."""

from __future__ import annotations

import json
from base64 import b64encode
from importlib import reload
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from anymail.signals import AnymailTrackingEvent, tracking
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.urls import clear_url_caches

import newsletter.urls
import wissensregion.urls
from newsletter.feedback import actions, webhooks
from newsletter.models import Delivery, FeedbackEvent, Suppression
from newsletter.sending import actions as sending
from newsletter.sending import audience
from wissensregion.settings import env

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from newsletter.models import IssuePage, Subscriber
    from wissensregion.models import User

SECRET = "reports:a-password-long-enough-for-anybody"  # noqa: S105 - a test's own
BREVO = {
    "EMAIL_BACKEND": "anymail.backends.brevo.EmailBackend",
    "ANYMAIL": {"BREVO_API_KEY": "x", "WEBHOOK_SECRET": SECRET},
}


@pytest.fixture
def delivery(issue: IssuePage, editor: User, ada: Subscriber) -> Delivery:
    """Ada's copy, handed over."""
    dispatch = sending.start(issue, editor)
    audience.freeze_chunk(dispatch.pk)
    Delivery.objects.update(state="accepted")
    return Delivery.objects.get()


def report(delivery: Delivery, kind: str, **more: Any) -> actions.Report:
    values = {"recipient": delivery.address or "", "event_id": kind, **more}
    return actions.Report(service="Brevo", kind=kind, delivery_key=delivery.key, **values)


@pytest.mark.parametrize("order", list(permutations(["deferred", "delivered", "complained"])))
def test_events_in_any_order_end_the_same(delivery: Delivery, order: tuple[str, ...]) -> None:
    for kind in order:
        actions.record(report(delivery, kind))

    delivery.refresh_from_db()
    assert delivery.outcome == "complained"


def test_a_repeated_event_changes_nothing(delivery: Delivery) -> None:
    first = actions.record(report(delivery, "delivered"))
    second = actions.record(report(delivery, "delivered"))

    assert (first, second) == (True, False)
    assert FeedbackEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "ended", "outcome"),
    [
        (("bounced", "bounced"), "bounced", "hard_bounced"),
        (("bounced", "invalid"), "bounced", "hard_bounced"),
        (("bounced", "timed_out"), "", "soft_bounced"),
        (("complained", ""), "complained", "complained"),
        (("rejected", "spam"), "complained", "complained"),
        (("rejected", "blocked"), "", "soft_bounced"),
        (("unsubscribed", ""), "withdrawn", ""),
    ],
)
def test_a_dead_address_and_a_complaint_end_the_subscription(
    delivery: Delivery, ada: Subscriber, told: tuple[str, str], ended: str, outcome: str
) -> None:
    kind, reason = told
    actions.record(report(delivery, kind, reject_reason=reason))

    delivery.refresh_from_db()
    assert ada.subscriptions.get().end_reason == ended
    assert Suppression.objects.exists() is (ended in {"bounced", "complained"})
    assert delivery.outcome == outcome


def test_an_event_proves_that_an_unknown_mail_was_taken(delivery: Delivery) -> None:
    Delivery.objects.update(state="unknown")

    actions.record(report(delivery, "delivered"))

    delivery.refresh_from_db()
    assert delivery.state == "accepted"


def test_an_event_for_another_address_or_key_is_no_event(delivery: Delivery) -> None:
    assert not actions.record(report(delivery, "complained", recipient="cleo@example.org"))
    assert not actions.record(report(delivery, "complained", recipient="nobody"))
    delivery.key = "guessed"
    assert not actions.record(report(delivery, "complained"))

    assert not FeedbackEvent.objects.exists()


def test_another_spelling_of_the_address_is_the_same_address(delivery: Delivery) -> None:
    assert actions.record(report(delivery, "delivered", recipient="ADA@EXAMPLE.ORG"))


def test_a_description_is_kept_without_addresses(delivery: Delivery) -> None:
    actions.record(report(delivery, "bounced", description="550 <ada@example.org> unknown"))

    assert FeedbackEvent.objects.get().description == "550 … unknown"


def test_what_anymail_announces_is_taken_in(delivery: Delivery) -> None:
    event = AnymailTrackingEvent(
        event_type="delivered", recipient=delivery.address, metadata={"delivery": delivery.key}
    )

    tracking.send(sender=None, event=event, esp_name="Brevo")

    delivery.refresh_from_db()
    assert delivery.outcome == "delivered"


@pytest.mark.parametrize(
    "change",
    [
        {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"},
        {"ANYMAIL": {"BREVO_API_KEY": "x"}},
        {"EMAIL_BACKEND": "anymail.backends.scaleway.EmailBackend"},
    ],
)
def test_without_a_service_or_a_secret_nobody_can_report(change: dict[str, Any]) -> None:
    with override_settings(**{**BREVO, **change}):
        assert not webhooks.urlpatterns()


@pytest.fixture
def brevo() -> Iterator[None]:
    """The site with Brevo as its mail service; its addresses are read anew."""
    with override_settings(**BREVO):
        _reload_urls()
        yield
    _reload_urls()


def _reload_urls() -> None:
    reload(newsletter.urls)
    reload(wissensregion.urls)
    clear_url_caches()


def _post(client: Client, delivery: Delivery, auth: str) -> int:
    body = {
        "event": "hard_bounce", "email": delivery.address, "ts_epoch": 1795471200000,
        "X-Mailin-custom": json.dumps({"delivery": delivery.key}), "id": 1,
    }  # fmt: skip
    answer = client.post(
        "/newsletter/webhooks/brevo/",
        body,
        content_type="application/json",
        headers={"authorization": f"Basic {b64encode(auth.encode()).decode()}"},
    )
    return answer.status_code


@pytest.mark.usefixtures("brevo")
def test_only_who_knows_the_secret_can_report(client: Client, delivery: Delivery) -> None:
    assert _post(client, delivery, "reports:guessed") == 400
    assert not FeedbackEvent.objects.exists()

    assert _post(client, delivery, SECRET) == 200
    delivery.refresh_from_db()
    assert delivery.outcome == "hard_bounced"


@pytest.mark.usefixtures("brevo", "home")
def test_other_services_and_looking_have_no_door(client: Client) -> None:
    assert client.post("/newsletter/webhooks/mailgun/").status_code == 404
    assert client.get("/newsletter/webhooks/brevo/").status_code == 405


@pytest.mark.parametrize("value", ["secret", "user:short", ":a-password-long-enough-for-anybody"])
def test_a_weak_secret_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ANYMAIL_WEBHOOK_SECRET", value)

    with pytest.raises(ImproperlyConfigured, match="ANYMAIL_WEBHOOK_SECRET"):
        env.webhook_secret()


def test_a_good_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYMAIL_WEBHOOK_SECRET", SECRET)

    assert env.webhook_secret() == SECRET
