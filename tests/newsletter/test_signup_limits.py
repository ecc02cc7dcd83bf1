"""Who is mailed after a sign-up, how often, and what is forgotten when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.management import call_command

from newsletter.models import Consent, SignupRequest, SignupTally, Subscriber, Subscription
from newsletter.subscriptions import actions, addresses
from newsletter.subscriptions.models import ConsentKind, EndReason
from tests.newsletter.reading import link_in
from tests.retaining import keep_to

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from pytest_django import Settings

    from tests.newsletter.reading import Visitor

NETWORK = {"REMOTE_ADDR": "198.51.100.7"}


def test_the_same_person_is_mailed_once_a_day_however_often_somebody_asks(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    for spelling in ("dora@example.org", "DORA@example.org", "dora@EXAMPLE.org"):
        visitor.asks(spelling)
    assert len(mailoutbox) == 1

    visitor.clock.shift(timedelta(hours=24))
    visitor.asks("dora@example.org")

    assert len(mailoutbox) == 2


def test_a_subscriber_is_told_once_a_day_that_there_is_nothing_to_do(
    visitor: Visitor, ada: Subscriber, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(2):
        visitor.asks("ada@example.org", locale="en")

    (mail,) = mailoutbox
    assert mail.to == ["Ada@example.org"]
    assert link_in(mail).startswith("/newsletter/preferences/")
    # In the language she reads, not in the one somebody used the form in.
    assert 'lang="de"' in str(mail.alternatives[0][0])  # type: ignore[attr-defined]


def test_who_complained_is_asked_once_a_month_and_who_is_erased_for_good_never(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    actions.suppress(addresses.address_key("eve@example.org"), EndReason.COMPLAINED)
    actions.suppress(addresses.address_key("finn@example.org"), EndReason.ERASED)
    for _ in range(3):
        visitor.asks("eve@example.org")
        visitor.asks("finn@example.org")
        visitor.clock.shift(timedelta(hours=25))
    assert [mail.to for mail in mailoutbox] == [["eve@example.org"]]

    visitor.clock.shift(timedelta(days=30))
    visitor.asks("eve@example.org")

    assert len(mailoutbox) == 2


def test_who_comes_back_after_a_complaint_is_mailed_again(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    actions.suppress(addresses.address_key("eve@example.org"), EndReason.COMPLAINED)
    visitor.asks("eve@example.org")

    visitor.client.post(link_in(mailoutbox[0]))

    assert Subscription.objects.deliverable().count() == 1


def test_one_network_cannot_flood_others(
    visitor: Visitor, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.NEWSLETTER_SIGNUPS_PER_HOUR = 2
    visitor.client.defaults.update(NETWORK)

    answers = [visitor.asks(f"victim{number}@example.org") for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "3600"
    assert len(mailoutbox) == 2
    visitor.client.defaults["REMOTE_ADDR"] = "203.0.113.1"
    assert visitor.asks("dora@example.org").status_code == 200


def test_behind_a_proxy_the_visitor_counts_and_what_they_claim_does_not(
    visitor: Visitor, settings: Settings
) -> None:
    settings.NEWSLETTER_SIGNUPS_PER_HOUR, settings.NEWSLETTER_PROXIES = 1, 1
    visitor.client.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.1, 198.51.100.7"
    first = visitor.asks("dora@example.org")
    visitor.client.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.99, 198.51.100.8"

    second = visitor.asks("eve@example.org")

    assert (first.status_code, second.status_code) == (200, 429)
    assert SignupTally.objects.filter(kind="network").count() == 1


def test_a_lost_task_is_found_by_the_tick(
    visitor: Visitor, ben: SignupRequest, mailoutbox: list[EmailMessage]
) -> None:
    assert mailoutbox == []

    call_command("newsletter_tick")
    call_command("newsletter_tick")

    assert [mail.to for mail in mailoutbox] == [["ben@example.org"]]


def test_a_mail_that_was_not_taken_is_sent_later(
    visitor: Visitor, ben: SignupRequest, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # Nobody listens there.
    actions.send_due_confirmations()
    settings.EMAIL_BACKEND = works
    assert actions.send_due_confirmations() == 0

    visitor.clock.shift(SignupRequest.LEASE + timedelta(seconds=1))
    actions.send_due_confirmations()

    assert len(mailoutbox) == 1
    assert visitor.client.get(link_in(mailoutbox[0])).status_code == 200


def test_who_never_confirms_is_forgotten(visitor: Visitor, ben: SignupRequest) -> None:
    actions.send_due_confirmations()
    visitor.clock.shift(SignupRequest.LIFE - timedelta(seconds=1))
    assert keep_to("newsletter.requests") == 0

    visitor.clock.shift(timedelta(seconds=1))
    assert keep_to("newsletter.requests") == 1
    visitor.clock.shift(timedelta(days=30))
    keep_to("newsletter.unconfirmed")

    assert not SignupRequest.objects.exists()
    assert not Consent.objects.exists()


def test_the_proof_of_who_confirmed_outlives_the_request(visitor: Visitor, ada: Subscriber) -> None:
    visitor.clock.shift(timedelta(days=60))

    keep_to("newsletter.requests")
    keep_to("newsletter.unconfirmed")

    kinds = Consent.objects.values_list("kind", flat=True)
    assert set(kinds) == {ConsentKind.REQUESTED, ConsentKind.CONFIRMED}
