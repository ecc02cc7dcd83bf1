"""Asking for the newsletter: one answer for all, mail only for those who may want it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter import personal_data
from newsletter.models import Consent, SignupRequest, Subscriber, Subscription
from newsletter.subscriptions import actions, addresses
from newsletter.subscriptions.models import ConsentKind, ConsentWording, EndReason
from tests.newsletter.reading import SUBSCRIBE, form_on, link_in, main_of, rows

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from home.models import HomePage
    from newsletter.models import Newsletter
    from tests.newsletter.reading import Visitor

NETWORK = {"REMOTE_ADDR": "198.51.100.7"}


# Unusual, and all the same addresses to write to.
ODD = ["o'hara+x@example.org", "x@bücher.example", "!#$%&'*+-/=?^_`{|}~@example.org", "A@B.EXAMPLE"]


def test_who_asks_gets_a_mail_whose_button_subscribes(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    answer = visitor.asks("dora@example.org")

    assert answer.status_code == 200
    assert not Subscriber.objects.exists()
    visitor.client.post(link_in(mailoutbox[0]))
    subscriber = Subscription.objects.deliverable().get().subscriber
    assert (subscriber.address, subscriber.locale) == ("dora@example.org", "de")


def test_the_answer_is_the_same_for_every_address(
    visitor: Visitor, ada: Subscriber, ben: SignupRequest, cleo: Subscriber
) -> None:
    actions.suppress(addresses.address_key("eve@example.org"), EndReason.COMPLAINED)
    actions.subscribe(
        address="finn@example.org", newsletters=[], locale="de", source="/newsletter/"
    )
    personal_data.erase("finn@example.org")
    names = ["new", "ada", "ben", "cleo", "eve", "finn"]
    asking = [*(f"{name}@example.org" for name in names), *ODD]

    # The form has its page, and blocks on other pages name theirs.
    answers = [
        visitor.asks(address, source=source)
        for address in asking
        for source in ("/newsletter/", "/aktuelles/")
    ]

    said = {
        (answer.status_code, answer.content, str(sorted(answer.headers.items())))
        for answer in answers
    }
    assert len(said) == 1
    assert answers[0].status_code == 200
    assert not any(answer.cookies for answer in answers)


def test_the_same_rows_are_written_for_every_address(visitor: Visitor, ada: Subscriber) -> None:
    """So the time an answer takes says nothing either."""
    counts = []
    for address in ("new@example.org", ada.address):
        page = visitor.client.get(SUBSCRIBE)
        visitor.clock.shift(10)
        fields = {**form_on(page), "address": address}
        with CaptureQueriesContext(connection) as queries:
            visitor.client.post(SUBSCRIBE, fields)
        counts.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "address",
    [
        "", "   ", "dora", "dora@", "@example.org", "dora@example", "dora@@example.org",
        "do ra@example.org", "dora@exa mple.org", "dora@-example.org", "dora@example.123",
        "döra@example.org", "dora@[192.0.2.1]", '"do ra"@example.org', "dora,ben@example.org",
        f"{'d' * 65}@example.org", f"dora@{'example.' * 40}org", "dora@example.org\x00",
        "dora@example.org\r\nBcc: ben@example.org", "dora@example.org\u2028", "dora\n@example.org",
        "Dora <dora@example.org>", "dora@ex\u200bample.org",
    ],
)  # fmt: skip
def test_what_is_no_address_comes_back_with_the_form_and_changes_nothing(
    address: str, visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    before = rows()

    answer = visitor.asks(address)

    assert answer.status_code == 422
    assert "field__error" in main_of(answer)
    assert rows() == before
    assert mailoutbox == []


def test_what_was_typed_is_kept_over_an_error(visitor: Visitor) -> None:
    answer = visitor.asks('dora@example "&<', locale="en")

    assert 'value="dora@example &quot;&amp;&lt;"' in main_of(answer)
    assert answer["Content-Language"] == "en"
    assert form_on(answer)["locale"] == "en"


def test_an_error_can_be_corrected_at_once(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    wrong = visitor.asks("dora@example")

    right = visitor.sends(wrong, address="dora@example.org")

    assert right.status_code == 200
    assert [mail.to for mail in mailoutbox] == [["dora@example.org"]]


def test_no_answer_sets_a_cookie(visitor: Visitor) -> None:
    pages = [
        visitor.client.get(SUBSCRIBE),
        visitor.asks("dora@example"),
        visitor.asks("dora@example.org"),
        visitor.asks("dora@example.org", homepage="x"),
    ]

    assert not any(page.cookies for page in pages)
    assert not any("Cookie" in page.get("Vary", "") for page in pages)


def test_a_robot_gets_the_same_answer_and_nothing_happens(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    honest = visitor.asks("dora@example.org")
    before = rows()

    robot = visitor.asks("eve@example.org", homepage="https://example.org")

    assert robot.content == honest.content
    assert rows() == before
    assert len(mailoutbox) == 1


def test_who_is_faster_than_people_is_asked_again(visitor: Visitor) -> None:
    quick = visitor.asks("dora@example.org", after=1)

    assert quick.status_code == 422
    visitor.clock.shift(2)
    assert visitor.sends(quick).status_code == 200
    assert SignupRequest.objects.get().address == "dora@example.org"


@pytest.mark.parametrize("stamp", ["", "1:2", "1795470269:forged", "ü"])
def test_a_form_that_is_not_ours_is_asked_again(stamp: str, visitor: Visitor) -> None:
    answer = visitor.asks("dora@example.org", started=stamp)

    assert answer.status_code == 422
    visitor.clock.shift(3)
    assert visitor.sends(answer).status_code == 200


def test_a_form_open_overnight_is_asked_again_and_then_taken(visitor: Visitor) -> None:
    stale = visitor.asks("dora@example.org", after=timedelta(hours=13).total_seconds())

    assert stale.status_code == 422
    assert 'value="dora@example.org"' in main_of(stale)
    visitor.clock.shift(3)
    assert visitor.sends(stale).status_code == 200


def test_mail_is_in_the_language_of_the_form(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    visitor.asks("dora@example.org", locale="en")

    (mail,) = mailoutbox
    assert mail.subject == "Please confirm your newsletter subscription"
    assert 'lang="en"' in str(mail.alternatives[0][0])  # type: ignore[attr-defined]
    assert visitor.client.get(link_in(mail))["Content-Language"] == "en"


def test_a_language_the_site_does_not_speak_becomes_its_first(visitor: Visitor) -> None:
    visitor.asks("dora@example.org", locale="tlh")

    assert SignupRequest.objects.get().locale == "de"


def test_what_is_recorded_is_the_wording_that_was_read(visitor: Visitor) -> None:
    page = visitor.client.get(SUBSCRIBE)
    shown = ConsentWording.objects.filter(locale="de")
    assert not shown.exists()
    visitor.clock.shift(10)
    actions.ensure_wording("de")
    ConsentWording.objects.create(locale="de", text="Ein neuer Satz.")

    visitor.sends(page, address="dora@example.org")
    visitor.asks("eve@example.org")

    recorded = Consent.objects.filter(kind=ConsentKind.REQUESTED).order_by("pk")
    assert [consent.wording.version for consent in recorded if consent.wording] == [1, 2]
    assert "Ein neuer Satz." in main_of(visitor.client.get(SUBSCRIBE))


@pytest.mark.django_db
def test_a_wording_is_never_changed() -> None:
    wording = ConsentWording.objects.create(locale="de", text="Der alte Satz.")

    wording.text = "Ein anderer Satz."
    wording.save()

    assert [each.text for each in ConsentWording.objects.all()] == ["Der alte Satz."]


def test_where_there_are_several_newsletters_one_is_asked_which(
    visitor: Visitor, events: Newsletter, mailoutbox: list[EmailMessage]
) -> None:
    none = visitor.asks("dora@example.org")
    assert none.status_code == 422

    visitor.sends(none, newsletters=[events.slug])

    assert list(SignupRequest.objects.get().newsletters.all()) == [events]
    assert "Veranstaltungen" in str(mailoutbox[0].body)
    unknown = visitor.asks("dora@example.org", newsletters=["nothing"])
    assert unknown.status_code == 422


def test_without_a_newsletter_the_page_says_so(client: Client, home: HomePage) -> None:
    page = client.get(SUBSCRIBE)

    assert "<form" not in main_of(page)
    assert client.post(SUBSCRIBE, {"address": "dora@example.org"}).status_code == 422


def test_where_a_form_stood_is_part_of_the_proof(visitor: Visitor) -> None:
    visitor.asks("dora@example.org", source="/aktuelles/")
    visitor.asks("eve@example.org", source="javascript:alert(1)")
    visitor.asks("finn@example.org", source="/x\r\nSet-Cookie: a")

    assert list(SignupRequest.objects.order_by("pk").values_list("source", flat=True)) == [
        "/aktuelles/", "", "",
    ]  # fmt: skip


@pytest.mark.usefixtures("home", "newsletter")
def test_the_form_page_is_cheap(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(SUBSCRIBE)

    with django_assert_max_num_queries(12):
        client.get(SUBSCRIBE)
