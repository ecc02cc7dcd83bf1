"""The screen before a dispatch: what it says, and what one press does, and two."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail as outbox
from django.urls import reverse

from newsletter.models import Delivery, Dispatch, Suppression
from newsletter.sending import actions
from newsletter.sending.accounts import SenderAccount

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
    from time_machine import TimeMachineFixture

    from newsletter.models import IssuePage, SignupRequest, Subscriber, Subscription
    from wissensregion.models import User


@pytest.fixture
def url(issue: IssuePage) -> str:
    return reverse("newsletter_release", args=[issue.pk])


@pytest.fixture(autouse=True)
def moment(clock: TimeMachineFixture) -> TimeMachineFixture:
    """Monday noon in London, one o'clock in Düsseldorf."""
    return clock


def press(desk: Client, url: str, count: int, **more: str) -> Dispatch:
    answer = desk.post(url, {"count": str(count), "when": "now", **more})
    assert answer.status_code == 302, answer.context["form"].errors
    return Dispatch.objects.latest("pk")


@pytest.fixture
def sent(
    desk: Client,
    url: str,
    ada: Subscriber,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Dispatch:
    """To Ada, to its end."""
    with django_capture_on_commit_callbacks(execute=True):
        return press(desk, url, 1)


def test_it_says_who_does_not_get_it_and_why(
    desk: Client, url: str, ada: Subscriber, grace: Subscriber, ben: SignupRequest
) -> None:
    Suppression.objects.create(address_key=grace.address_key, reason="bounced")
    ada.subscriptions.update(paused_until="2027-01-01")

    answer = desk.get(url)

    assert answer.context["total"] == 0
    assert [each.count for each in answer.context["exclusions"]] == [1, 1, 1]
    page = answer.content.decode()
    assert "haben pausiert" in page
    assert "noch nicht bestätigt" in page
    assert "gesperrt" in page


def test_it_says_from_whom_by_which_service_and_how_fast(
    desk: Client, url: str, ada: Subscriber
) -> None:
    service = desk.get(url).context["account"].service
    SenderAccount.objects.create(service=service, rate=1200, day_limit=5000)

    page = desk.get(url).content.decode()

    assert "newsletter@example.org" in page
    assert "höchstens 1.200 Mails je Minute" in page
    assert "heute höchstens 5.000 Mails" in page


def test_to_look_at_it_writes_nothing_down(desk: Client, url: str, ada: Subscriber) -> None:
    desk.get(url)

    assert not SenderAccount.objects.exists()
    assert not Dispatch.objects.exists()


def test_a_number_may_be_typed_as_it_is_shown(
    desk: Client, url: str, ada: Subscriber, grace: Subscriber
) -> None:
    assert press(desk, url, 2).expected_count == 2
    assert desk.post(url, {"count": "1.000"}).status_code == 302


def test_the_same_press_replayed_is_the_same_dispatch(
    desk: Client, url: str, ada: Subscriber
) -> None:
    nonce = str(uuid.uuid4())
    first = press(desk, url, 1, nonce=nonce)
    actions.cancel(first)

    answer = desk.post(url, {"count": "1", "nonce": nonce}, follow=True)

    assert Dispatch.objects.count() == 1
    assert answer.redirect_chain[0][0] == reverse("newsletter_dispatch", args=[first.pk])
    assert "der Versand wurde inzwischen abgebrochen" in answer.content.decode()


def test_each_form_shown_is_a_press_of_its_own(desk: Client, url: str, ada: Subscriber) -> None:
    shown = {desk.get(url).context["form"]["nonce"].value() for _time in range(2)}

    assert len(shown) == 2


def test_a_spoiled_nonce_sends_nothing(desk: Client, url: str, ada: Subscriber) -> None:
    answer = desk.post(url, {"count": "1", "nonce": "drop table"})

    assert answer.status_code == 200
    assert not Dispatch.objects.exists()


def test_it_can_be_planned_by_the_clock_of_the_office(
    desk: Client, sender: User, url: str, ada: Subscriber, settings: Settings
) -> None:
    settings.NEWSLETTER_LATEST_START_HOURS = 3
    outbox.outbox.clear()

    dispatch = press(desk, url, 1, when="later", at="2026-11-24T09:00")

    assert dispatch.state == "scheduled"
    assert dispatch.not_before == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert dispatch.latest_start == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert not outbox.outbox
    page = desk.get(reverse("newsletter_dispatch", args=[dispatch.pk])).content.decode()
    assert "24.11.2026 09:00" in page
    assert "24.11.2026 12:00" in page


@pytest.mark.parametrize(
    "at", ["", "2026-11-23T12:30", "2029-01-01T00:00", "2027-03-28T02:30", "morgen"]
)
def test_a_time_that_is_none_or_over_or_in_no_clock_plans_nothing(
    desk: Client, url: str, ada: Subscriber, at: str
) -> None:
    answer = desk.post(url, {"count": "1", "when": "later", "at": at})

    assert answer.context["form"].errors["at"]
    assert not Dispatch.objects.exists()


def test_what_is_planned_can_be_sent_at_once_or_cancelled(
    desk: Client,
    url: str,
    ada: Subscriber,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    outbox.outbox.clear()
    dispatch = press(desk, url, 1, when="later", at="2026-11-24T09:00")
    desk.post(reverse("newsletter_dispatch_act", args=[dispatch.pk, "cancel"]))
    again = press(desk, url, 1, when="later", at="2026-11-24T09:00")
    act = reverse("newsletter_dispatch_act", args=[again.pk, "release"])

    assert desk.post(act, {"count": "7", "reason": "eilt"}).status_code == 200
    assert Dispatch.objects.get(pk=again.pk).state == "scheduled"
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(act, {"count": "1", "reason": "eilt"})

    dispatch.refresh_from_db()
    again.refresh_from_db()
    assert (dispatch.state, again.state) == ("cancelled", "completed")
    assert [message.to for message in outbox.outbox] == [[ada.address]]


def test_whoever_came_later_gets_it_by_a_follow_up_and_nobody_twice(
    desk: Client,
    url: str,
    sent: Dispatch,
    subscribed: Callable[..., Subscription],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert not desk.get(url).context["total"]
    hedy = subscribed("hedy@example.org").subscriber
    outbox.outbox.clear()

    shown = desk.get(reverse("newsletter_dispatch", args=[sent.pk]))
    form = desk.get(url).context["form"]
    nonce = str(form["nonce"].value())
    with django_capture_on_commit_callbacks(execute=True):
        follow_up = press(desk, url, 1, nonce=nonce)
        desk.post(url, {"count": "1", "nonce": nonce})

    assert url in shown.content.decode()
    assert "at" not in form.fields
    assert (follow_up.kind, Dispatch.objects.count()) == ("followup", 2)
    assert [message.to for message in outbox.outbox] == [[hedy.address]]
    assert Delivery.objects.count() == 2


def test_while_a_follow_up_runs_there_is_no_second_one(
    desk: Client,
    issue: IssuePage,
    url: str,
    sent: Dispatch,
    subscribed: Callable[..., Subscription],
) -> None:
    subscribed("hedy@example.org")
    running = press(desk, url, 1)

    answer = desk.post(url, {"count": "1", "nonce": str(uuid.uuid4())})
    with pytest.raises(actions.AlreadyStartedError):
        actions.follow_up(issue, sent.requested_by, expected=1)

    assert answer.headers["Location"] == reverse("newsletter_dispatch", args=[running.pk])
    assert Dispatch.objects.count() == 2


def test_it_says_how_long_one_can_think_again(
    desk: Client, url: str, ada: Subscriber, settings: Settings
) -> None:
    settings.NEWSLETTER_UNDO_SECONDS, settings.NEWSLETTER_FOUR_EYES = 45, True

    page = desk.get(url).content.decode()

    assert "45 Sekunden" in page
    assert "zweite Person" in page


def test_the_minute_to_think_again_hands_nothing_over_and_is_counted_down(
    desk: Client,
    url: str,
    ada: Subscriber,
    settings: Settings,
    moment: TimeMachineFixture,
) -> None:
    settings.NEWSLETTER_UNDO_SECONDS = 60
    outbox.outbox.clear()
    dispatch = press(desk, url, 1)
    actions.continue_dispatch(dispatch.pk)

    moment.shift(timedelta(seconds=30))
    page = desk.get(reverse("newsletter_dispatch", args=[dispatch.pk])).content.decode()
    desk.post(reverse("newsletter_dispatch_act", args=[dispatch.pk, "cancel"]))
    moment.shift(timedelta(seconds=60))
    actions.continue_dispatch(dispatch.pk)

    assert 'data-until="2026-11-23T13:01:00+01:00"' in page
    assert "Abbrechen" in page
    assert not outbox.outbox
    dispatch.refresh_from_db()
    assert dispatch.state == "cancelled"
