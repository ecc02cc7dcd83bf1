"""What reports change: in any order, any number of times, and about nobody else."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from anymail.signals import AnymailTrackingEvent, tracking
from django.utils import timezone

from newsletter import mail, personal_data
from newsletter.feedback import actions, tasks
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
from newsletter.sending import actions as sending
from newsletter.sending import audience
from newsletter.subscriptions import actions as subscriptions
from tests.newsletter.reporting import orphans, report, state_of_all, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

    from newsletter.models import IssueIndexPage, Newsletter, Subscriber
    from wissensregion.models import User


@pytest.fixture
def delivery(issue: IssuePage, editor: User, ada: Subscriber) -> Delivery:
    """Ada's copy, handed over to Brevo."""
    return handed_over(issue, editor)[0]


def handed_over(issue: IssuePage, editor: User) -> list[Delivery]:
    dispatch = sending.start(issue, editor)
    audience.freeze_chunk(dispatch.pk)
    dispatch.batches.update(service="brevo", state="done")
    dispatch.deliveries.update(state="accepted", handed_over_at=timezone.now())
    Dispatch.objects.filter(pk=dispatch.pk).update(state="completed")
    return list(dispatch.deliveries.order_by("pk"))


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
    Delivery.objects.update(state="unknown")
    Batch.objects.update(state="ambiguous", service=service)
    batch = Batch.objects.get()
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


def test_a_description_is_kept_without_addresses(delivery: Delivery) -> None:
    tell(report(delivery, "bounced", description="550 <ada@example.org> unknown"))

    assert FeedbackEvent.objects.get().description == "550 … unknown"


@pytest.mark.parametrize("kind", ["opened", "clicked", "subscribed", "autoresponded", "unknown"])
def test_what_people_do_with_a_mail_is_not_even_kept(delivery: Delivery, kind: str) -> None:
    tell(report(delivery, kind))

    assert not FeedbackEvent.objects.exists()


def test_what_anymail_announces_wakes_the_worker_once_it_is_kept(
    delivery: Delivery, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    event = AnymailTrackingEvent(
        event_type="delivered", recipient=delivery.address, metadata={"delivery": delivery.key}
    )

    with django_capture_on_commit_callbacks(execute=True):
        tracking.send(sender=None, event=event, esp_name="Brevo")
        assert outcome(delivery) == ""

    assert outcome(delivery) == "delivered"


def test_one_call_to_the_worker_is_enough_for_many_reports(
    delivery: Delivery, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told = [actions.take_in([report(delivery, "deferred", event_id=str(i))]) for i in range(5)]

    assert told == [True, False, False, False, False]
    with django_capture_on_commit_callbacks(execute=True):
        tasks.wake()
    assert not FeedbackEvent.objects.waiting().exists()


def test_reports_are_applied_in_sets(
    issue: IssuePage,
    editor: User,
    subscribed: Callable[..., Subscription],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(60):
        subscribed(f"reader{number}@example.org")
    mails = handed_over(issue, editor)
    actions.take_in(report(mail, kind) for mail in mails for kind in ("deferred", "delivered"))

    with django_assert_max_num_queries(20):
        actions.apply_waiting()

    assert Delivery.objects.filter(outcome="delivered").count() == 60


def test_one_report_that_breaks_holds_up_no_other(
    issue: IssuePage,
    editor: User,
    ada: Subscriber,
    grace: Subscriber,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = handed_over(issue, editor)
    suppress = subscriptions.suppress

    def break_down(address_key: str, *args: object) -> None:
        if address_key == first.address_key:
            raise RuntimeError
        suppress(address_key, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(subscriptions, "suppress", break_down)
    tell(report(first, "complained"), report(second, "complained"))
    assert (outcome(first), outcome(second)) == ("", "complained")

    monkeypatch.undo()
    actions.apply_waiting()
    assert outcome(first) == "complained"


def test_the_erased_learn_nothing_and_nothing_is_learnt_of_them(delivery: Delivery) -> None:
    actions.take_in([report(delivery, "deferred", description="so they said")])
    told_later = report(delivery, "complained")
    personal_data.erase("ada@example.org")

    tell(told_later)

    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.address) == ("complained", None)
    assert not Suppression.objects.exists()
    assert set(FeedbackEvent.objects.values_list("address_key", "description")) == {("", "")}


def test_a_person_is_told_what_was_reported_of_their_mails(delivery: Delivery) -> None:
    tell(report(delivery, "bounced", reject_reason="soft", description="mailbox full"))

    (row,) = personal_data.export("ada@example.org")["feedback"]
    assert (row["kind"], row["description"]) == ("bounced", "mailbox full")


def test_two_mails_to_one_recipient_raise_the_alarm_once(
    delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    for kind in ("deferred", "delivered"):
        tell(report(delivery, kind, message_id="<1@brevo>"))
    assert not caplog.records

    for kind in ("deferred", "delivered", "bounced"):
        tell(report(delivery, kind, message_id="<2@brevo>"))

    (alarm,) = caplog.records
    assert "more than one" in alarm.getMessage()
    assert "@" not in alarm.getMessage()


def test_orphans_go_after_a_month_and_the_others_after_a_year(delivery: Delivery) -> None:
    tell(report(delivery, "delivered"), report(delivery, "delivered", delivery_key="guessed"))
    now = timezone.now()

    for days, left in ((29, 2), (31, 1), (364, 1), (366, 0)):
        with time_machine.travel(now + timedelta(days=days)):
            actions.forget_old()
        assert FeedbackEvent.objects.count() == left


class TestSoftBounces:
    """Who cannot be reached for now, and again."""

    @pytest.fixture
    def send(
        self, archive: IssueIndexPage, newsletter: Newsletter, editor: User, issue: IssuePage
    ) -> Callable[..., Delivery]:
        """Send one more issue to ada, of which this is reported."""

        def send(*kinds: str) -> Delivery:
            # One dispatch's issue key is as good as the next issue.
            (mail,) = handed_over(_next(issue), editor)
            for kind in kinds:
                tell(report(mail, kind, reject_reason="soft" if kind == "bounced" else ""))
            return mail

        def _next(issue: IssuePage) -> IssuePage:
            number = IssuePage.objects.count()
            if not Dispatch.objects.exists():
                return issue
            copied: IssuePage = issue.copy(
                update_attrs={"slug": f"n{number}", "title": f"N{number}"},
                reset_translation_key=True,
            )
            copied.save_revision().publish()
            return copied

        return send

    def judged(self, days: int = 4) -> int:
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            return actions.suppress_soft_bounced()

    def test_two_issues_in_a_row_are_enough(
        self, send: Callable[..., Delivery], ada: Subscriber
    ) -> None:
        send("bounced")
        assert self.judged() == 0
        send("bounced")

        assert self.judged(days=2) == 0
        assert self.judged() == 1
        assert self.judged() == 0
        assert ada.subscriptions.get().end_reason == "bounced"

    @pytest.mark.parametrize("order", [("bounced", "delivered"), ("delivered", "bounced")])
    def test_what_arrived_in_the_end_arrived(
        self, send: Callable[..., Delivery], ada: Subscriber, order: tuple[str, str]
    ) -> None:
        send("bounced")
        send(*order)

        assert self.judged() == 0

    def test_an_issue_that_arrives_between_two_is_a_new_beginning(
        self, send: Callable[..., Delivery], ada: Subscriber
    ) -> None:
        send("bounced")
        send("delivered")
        send("bounced")

        assert self.judged() == 0

    def test_who_asked_again_is_not_judged_by_what_was_before(
        self, send: Callable[..., Delivery], ada: Subscriber
    ) -> None:
        send("bounced")
        send("bounced")
        later = timezone.now() + timedelta(minutes=1)
        Subscription.objects.update(confirmed_at=later)

        assert self.judged() == 0
