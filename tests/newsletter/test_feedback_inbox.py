"""What is kept of reports, how they are worked off, and when they go."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from anymail.signals import AnymailTrackingEvent, tracking
from django.utils import timezone

from newsletter import personal_data
from newsletter.feedback import actions, tasks
from newsletter.models import (
    Delivery,
    Dispatch,
    FeedbackEvent,
    IssuePage,
    Subscription,
    Suppression,
)
from newsletter.sending import actions as sending
from newsletter.sending import health
from newsletter.subscriptions import actions as subscriptions
from tests.newsletter.reporting import handed_over, past_the_guards, report, tell
from tests.retaining import keep_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

    from newsletter.models import IssueIndexPage, Newsletter, Subscriber
    from wissensregion.models import User


def outcome(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.outcome


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


def test_far_more_mails_reported_than_handed_over_pause_the_dispatch(
    issue: IssuePage, editor: User, subscribed: Callable[..., Subscription], caplog: Any
) -> None:
    for number in range(40):
        subscribed(f"reader{number}@example.org")
    deliveries = handed_over(issue, editor)
    dispatch = deliveries[0].dispatch
    with past_the_guards():
        Dispatch.objects.update(state="sending")

    for number, delivery in enumerate(deliveries[:3]):
        dispatch.refresh_from_db()
        assert (number, dispatch.state) == (number, "sending")
        for copy in ("<1@brevo>", "<2@brevo>"):
            tell(report(delivery, "delivered", message_id=f"{number}{copy}", event_id=copy))

    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.last_error) == ("paused", health.TOO_MANY_REPORTED)
    assert "Dispatch" in caplog.records[-1].getMessage()

    # Whoever lets it go on has seen it.
    assert sending.resume(dispatch)
    with past_the_guards():
        Dispatch.objects.update(state="sending")
    for copy in ("<1@brevo>", "<2@brevo>"):
        tell(report(deliveries[9], "delivered", message_id=f"9{copy}", event_id=copy))
    dispatch.refresh_from_db()
    assert dispatch.state == "sending"


def test_orphans_go_after_a_month_and_the_others_after_a_year(delivery: Delivery) -> None:
    tell(report(delivery, "delivered"), report(delivery, "delivered", delivery_key="guessed"))
    now = timezone.now()

    for days, left in ((29, 2), (31, 1), (364, 1), (366, 0)):
        with time_machine.travel(now + timedelta(days=days)):
            keep_to("newsletter.orphans")
            keep_to("newsletter.reports")
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
