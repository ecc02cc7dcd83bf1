"""What reports change: in any order, any number of times, and about nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from newsletter import mail
from newsletter.models import (
    Batch,
    Consent,
    Delivery,
    Dispatch,
    FeedbackEvent,
    IssuePage,
    Subscription,
    Suppression,
)
from tests.newsletter.reporting import (
    handed_over,
    orphans,
    past_the_guards,
    report,
    state_of_all,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from newsletter.models import Subscriber
    from wissensregion.models import User


def outcome(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.outcome


def test_a_repeated_report_changes_nothing(delivery: Delivery) -> None:
    tell(report(delivery, "delivered"))
    before = state_of_all()

    for number in range(100):
        tell(report(delivery, "delivered", event_id=str(number % 3)))

    assert state_of_all() == before
    assert FeedbackEvent.objects.count() == 4


def test_a_report_given_a_new_id_by_its_service_is_known_by_its_time(delivery: Delivery) -> None:
    at = timezone.now()
    tell(*(report(delivery, "delivered", event_id=str(number), at=at) for number in range(9)))

    assert FeedbackEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "ended", "ends_as"),
    [
        (("bounced", "bounced"), "bounced", "hard_bounced"),
        (("bounced", "invalid"), "bounced", "hard_bounced"),
        (("bounced", "timed_out"), "", "soft_bounced"),
        (("bounced", "soft"), "", "soft_bounced"),
        (("failed", ""), "", "soft_bounced"),
        (("complained", ""), "complained", "complained"),
        (("rejected", "invalid"), "bounced", "hard_bounced"),
        (("rejected", "spam"), "complained", "complained"),
        (("rejected", "blocked"), "", "soft_bounced"),
        (("rejected", "unsubscribed"), "withdrawn", "soft_bounced"),
        (("unsubscribed", ""), "withdrawn", ""),
    ],
)
def test_a_dead_address_and_a_complaint_end_the_subscription(
    delivery: Delivery, ada: Subscriber, told: tuple[str, str], ended: str, ends_as: str
) -> None:
    kind, reason = told
    tell(report(delivery, kind, reject_reason=reason))

    assert ada.subscriptions.get().end_reason == ended
    assert Suppression.objects.exists() is (ended in {"bounced", "complained"})
    assert outcome(delivery) == ends_as


def test_a_complaint_is_written_into_the_proof_of_consent(
    delivery: Delivery, ada: Subscriber
) -> None:
    before = Consent.objects.count()
    tell(report(delivery, "complained"))

    assert Consent.objects.count() == before + 1


def test_whoever_bounces_while_we_send_gets_nothing_more(
    delivery: Delivery, subscribed: Callable[..., Subscription]
) -> None:
    tell(report(delivery, "bounced", reject_reason="bounced"))

    assert not Subscription.objects.deliverable().exists()


@pytest.mark.parametrize("kind", ["delivered", "bounced", "rejected", "complained", "queued"])
def test_any_report_proves_that_an_unknown_mail_was_taken(delivery: Delivery, kind: str) -> None:
    with past_the_guards():
        Delivery.objects.update(state="unknown")
        Dispatch.objects.update(state="unclear")

    tell(report(delivery, kind))

    delivery.refresh_from_db()
    assert delivery.state == "accepted"
    assert Dispatch.objects.get().state == "completed"


@pytest.mark.parametrize("state", ["planned", "submitting", "failed"])
def test_a_report_that_overtakes_our_own_note_keeps_the_mail_from_going_twice(
    delivery: Delivery, state: str
) -> None:
    with past_the_guards():
        Delivery.objects.update(state=state)

    tell(report(delivery, "delivered"))

    delivery.refresh_from_db()
    assert delivery.state == "accepted"


@pytest.mark.parametrize("service", ["brevo", "mailjet"])
def test_one_report_proves_a_call_that_arrives_whole_or_not_at_all(
    issue: IssuePage,
    editor: User,
    subscribed: Callable[..., Subscription],
    settings: Settings,
    service: str,
) -> None:
    settings.NEWSLETTER_REPORTS = True
    known = mail.all_or_nothing(service)
    for number in range(5):
        subscribed(f"reader{number}@example.org")
    mails = handed_over(issue, editor)
    batch = Batch.objects.get()
    with past_the_guards():
        Delivery.objects.update(state="unknown")
        Batch.objects.update(state="ambiguous", service=service)
        batch.attempts.create(epoch=1, owner="x", outcome="unknown", recipients=5)
        Dispatch.objects.update(state="draining")

    tell(report(mails[0], "delivered", service=service))

    assert Delivery.objects.filter(state="accepted").count() == (5 if known else 1)
    assert Delivery.objects.filter(inferred=True).count() == (4 if known else 0)
    assert batch.attempts.get().outcome == ("accepted" if known else "unknown")
    assert Dispatch.objects.get().state == ("completed" if known else "draining")
    assert sum(bool(mail.outcome) for mail in Delivery.objects.all()) == 1


def test_a_report_about_another_address_key_or_service_moves_nothing(delivery: Delivery) -> None:
    before = state_of_all()
    tell(
        report(delivery, "complained", recipient="cleo@example.org"),
        report(delivery, "complained", recipient="nobody"),
        report(delivery, "complained", service="mailjet"),
        report(delivery, "complained", delivery_key="guessed"),
        report(delivery, "complained", delivery_key=""),
        report(delivery, "complained", delivery_key="x" * 500 + "\0"),
    )

    assert state_of_all() == before
    assert orphans() == 6
    assert set(FeedbackEvent.objects.values_list("address_key", flat=True)) == {""}


def test_a_year_old_report_is_no_news(delivery: Delivery) -> None:
    before = state_of_all()
    tell(report(delivery, "complained", at=timezone.now() - timedelta(days=400)))

    assert state_of_all() == before
    assert orphans() == 1


def test_another_spelling_of_the_address_is_the_same_address(delivery: Delivery) -> None:
    tell(report(delivery, "delivered", recipient="ADA@EXAMPLE.ORG"))

    assert outcome(delivery) == "delivered"


def test_a_service_that_hands_back_no_key_is_known_by_the_mails_id(delivery: Delivery) -> None:
    Delivery.objects.update(message_id="4711")
    Batch.objects.update(service="postal")
    told = {"service": "postal", "delivery_key": "", "message_id": "4711"}

    tell(report(delivery, "delivered", **told, recipient="cleo@example.org"))
    assert outcome(delivery) == ""
    tell(report(delivery, "delivered", **told))
    assert outcome(delivery) == "delivered"
