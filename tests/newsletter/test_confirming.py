"""Confirming: a scanner's GET does nothing, a person's POST does it once."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from newsletter.models import Consent, SignupRequest, Subscriber, Subscription
from newsletter.subscriptions import actions, tokens
from newsletter.subscriptions.models import ConsentKind
from tests.newsletter.reading import link_in, main_of, rows
from tests.retaining import keep_to

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.test import Client
    from pytest_django import Settings

    from newsletter.models import Newsletter
    from tests.newsletter.reading import Visitor

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def link(visitor: Visitor, mailoutbox: list[EmailMessage]) -> str:
    """The link in the mail dora got."""
    visitor.asks("dora@example.org")
    return link_in(mailoutbox[0])


def test_a_scanner_opens_the_link_and_nothing_changes(link: str, client: Client) -> None:
    before = rows()

    for _ in range(20):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
        assert client.options(link).status_code == 405

    assert rows() == before


def test_the_page_says_what_will_be_subscribed_and_hides_the_address(
    link: str, client: Client, newsletter: Newsletter
) -> None:
    page = main_of(client.get(link))

    assert newsletter.name in page
    assert "dora@example.org" not in page
    assert "d•••@e•••.org" in page


def test_a_second_press_changes_nothing_more(link: str, client: Client) -> None:
    first = client.post(link)
    after = rows()

    second = client.post(link)

    assert second.content == first.content == client.get(link).content
    assert rows() == after
    assert Consent.objects.filter(kind=ConsentKind.CONFIRMED).count() == 1


def test_the_proof_has_every_step(link: str, client: Client) -> None:
    client.post(link)

    steps = Consent.objects.order_by("at", "pk")
    assert [step.kind for step in steps] == ["requested", "mail_sent", "confirmed"]
    assert {step.source for step in steps} == {"/newsletter/subscribe/"}
    assert all(step.wording for step in steps)


def test_the_link_is_stored_only_as_a_hash(link: str) -> None:
    token = link.split("/")[-2]

    request = SignupRequest.objects.get()

    assert request.token_hash == tokens.fingerprint(token)
    assert token not in str(list(SignupRequest.objects.values()))


def test_an_expired_link_helps_on_in_its_language(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    visitor.asks("dora@example.org", locale="en")
    visitor.clock.shift(SignupRequest.LIFE + timedelta(seconds=1))
    keep_to("newsletter.requests")
    before = rows()

    answers = [
        visitor.client.get(link_in(mailoutbox[0])),
        visitor.client.post(link_in(mailoutbox[0])),
    ]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert {answer["Content-Language"] for answer in answers} == {"en"}
    assert 'action="/newsletter/subscribe/"' in main_of(answers[0])
    assert rows() == before


@pytest.mark.parametrize("token", ["x", "v1.test.de.1.x.y", "ü", "a" * 5000, "v2.test.a.b"])
def test_a_forged_link_helps_on_in_the_language_of_the_browser(token: str, client: Client) -> None:
    url = f"/newsletter/confirm/{token}/"

    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 404
    english = client.get(url, headers={"Accept-Language": "en"})
    assert english["Content-Language"] == "en"


def test_a_link_whose_request_is_gone_leads_nowhere(link: str, client: Client) -> None:
    SignupRequest.objects.all().delete()

    assert client.post(link).status_code == 404
    assert not Subscriber.objects.exists()


def test_one_changed_letter_makes_a_link_worthless(link: str, client: Client) -> None:
    for position in range(len("/newsletter/confirm/"), len(link) - 1, 7):
        letter = "A" if link[position] != "A" else "B"
        forged = f"{link[:position]}{letter}{link[position + 1 :]}"
        assert client.post(forged).status_code == 404


def test_a_link_for_one_thing_opens_nothing_else(link: str, client: Client) -> None:
    token = link.split("/")[-2]

    for path in ("unsubscribe", "one-click", "preferences"):
        assert client.post(f"/newsletter/{path}/{token}/").status_code == 404


def test_an_old_link_brings_nobody_back(link: str, client: Client) -> None:
    client.post(link)
    actions.unsubscribe(Subscription.objects.get())
    before = rows()

    answer = client.post(link)

    assert answer.status_code == 200
    assert rows() == before
    assert not Subscription.objects.confirmed().exists()


def test_a_second_mail_does_not_bring_back_who_has_left(
    visitor: Visitor, link: str, mailoutbox: list[EmailMessage]
) -> None:
    visitor.clock.shift(timedelta(hours=25))
    visitor.asks("dora@example.org")
    visitor.client.post(link)
    actions.unsubscribe(Subscription.objects.get())

    answer = visitor.client.post(link_in(mailoutbox[1]))

    assert answer.status_code == 200
    assert not Subscription.objects.confirmed().exists()


def test_who_has_left_can_come_back(
    visitor: Visitor, cleo: Subscriber, mailoutbox: list[EmailMessage]
) -> None:
    visitor.asks("cleo@example.org", locale="en")

    visitor.client.post(link_in(mailoutbox[0]))

    subscription = Subscription.objects.deliverable().get()
    assert subscription.end_reason == ""
    assert subscription.subscriber == cleo
    assert subscription.subscriber.locale == "en"


def test_a_mail_still_to_come_through_does_not_move_the_first_date(
    visitor: Visitor, ada: Subscriber, events: Newsletter, mailoutbox: list[EmailMessage]
) -> None:
    first = ada.subscriptions.get().confirmed_at
    visitor.clock.shift(timedelta(days=1))
    visitor.asks("ada@example.org", newsletters=["wissensregion", "veranstaltungen"])

    visitor.client.post(link_in(mailoutbox[0]))

    dates = dict(ada.subscriptions.values_list("newsletter__slug", "confirmed_at"))
    assert dates["wissensregion"] == first
    assert dates["veranstaltungen"] > first


def test_links_outlive_a_change_of_keys_but_not_the_loss_of_one(
    link: str, client: Client, settings: Settings
) -> None:
    old = settings.NEWSLETTER_TOKEN_KEYS
    settings.NEWSLETTER_TOKEN_KEYS = [("new", "another-secret"), *old]
    settings.SECRET_KEY = "another-secret-key"  # noqa: S105
    assert client.get(link).status_code == 200

    settings.NEWSLETTER_TOKEN_KEYS = [("new", "another-secret")]
    assert client.get(link).status_code == 404


def test_the_mail_is_plain_and_says_nothing_a_visitor_typed(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    visitor.asks("buy-now@example.org")
    (mail,) = mailoutbox
    wire = message_from_bytes(mail.message().as_bytes(), policy=policy.default)

    assert wire["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in wire.iter_parts()] == ["text/plain", "text/html"]
    for part in wire.iter_parts():
        text = part.get_content()
        assert "buy-now" not in text
        assert "<img" not in text
        assert text.count("http") == 1


def test_nobody_keeps_or_passes_on_a_page_whose_address_is_a_key(link: str, client: Client) -> None:
    for answer in (client.get(link), client.post(link), client.get("/newsletter/confirm/x/")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies
