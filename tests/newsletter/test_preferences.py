"""The settings without a login: a forwarded link leaves at most, a fresh one opens everything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.models import (
    AccessLink,
    Consent,
    SignupRequest,
    Subscriber,
    Subscription,
)
from newsletter.subscriptions import tokens
from newsletter.subscriptions.models import ConsentKind
from tests.newsletter.reading import (
    SETTINGS,
    act,
    form_on,
    link_in,
    main_of,
    press,
    rows,
    session_on,
)

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from newsletter.models import Newsletter
    from tests.newsletter.reading import Visitor


def test_a_scanner_opens_every_page_and_nothing_changes(
    visitor: Visitor, link: str, fresh: str, mailoutbox: list[EmailMessage]
) -> None:
    press(visitor, link, mail="erase")
    erase = link_in(mailoutbox.pop())
    before = rows()

    for url in (link, fresh, erase, SETTINGS):
        for _ in range(20):
            assert visitor.client.get(url).status_code == 200
            assert visitor.client.head(url).status_code == 200
            assert visitor.client.options(url).status_code == 405

    assert rows() == before


def test_a_forwarded_mail_shows_no_address_and_changes_nothing_but_leaving(
    visitor: Visitor, link: str, ada: Subscriber, mailoutbox: list[EmailMessage]
) -> None:
    page = visitor.client.get(link).content.decode().lower()
    assert "ada@example.org" not in page
    assert "a•••@e•••.org" in page
    before = rows()

    played: list[dict[str, Any]] = [
        {"locale": "en"}, {"do": "choose", "locale": "en"}, {"do": "download"}, {},
    ]  # fmt: skip
    for fields in played:
        answer = press(visitor, link, newsletters=["veranstaltungen"], **fields)
        assert "ada@example.org" not in answer.content.decode().lower()

    assert rows() == before
    assert mailoutbox == []


def test_the_fresh_link_goes_to_the_mailbox_in_her_language(
    visitor: Visitor, grace: Subscriber, mailoutbox: list[EmailMessage]
) -> None:
    url = tokens.preferences_url(grace.subscriptions.get()).removeprefix("http://testserver")

    press(visitor, url, mail="settings")

    (mail,) = mailoutbox
    assert mail.to == ["grace@example.org"]
    assert mail.subject == "Your newsletter settings"
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    token = link_in(mail).split("/")[-2]
    assert token not in str(list(AccessLink.objects.values()))


def test_whoever_plays_with_the_button_causes_three_mails_an_hour(
    visitor: Visitor, link: str, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(6):
        press(visitor, link, mail="settings")
    assert len(mailoutbox) == 3

    visitor.clock.shift(timedelta(hours=1, seconds=1))
    press(visitor, link, mail="settings")

    assert len(mailoutbox) == 4


def test_a_fresh_link_opens_once_and_a_double_press_is_one(visitor: Visitor, fresh: str) -> None:
    first = visitor.client.post(fresh)
    after = rows()
    second = visitor.client.post(fresh)

    assert session_on(first) == session_on(second)
    assert rows() == after
    visitor.clock.shift(AccessLink.GRACE + timedelta(seconds=1))
    assert visitor.client.post(fresh).status_code == 410
    assert visitor.client.get(fresh).status_code == 410


def test_a_fresh_link_is_old_after_half_an_hour(visitor: Visitor, fresh: str) -> None:
    visitor.clock.shift(AccessLink.LIFE + timedelta(seconds=1))

    for answer in (visitor.client.get(fresh), visitor.client.post(fresh)):
        assert answer.status_code == 410
        assert f'action="{SETTINGS}"' in main_of(answer)
    assert not AccessLink.objects.exclude(used_at=None).exists()


def test_an_open_page_closes_after_half_an_hour(visitor: Visitor, session: str) -> None:
    visitor.clock.shift(AccessLink.LIFE + timedelta(seconds=1))
    before = rows()

    answer = act(visitor, session, "choose", status=410, locale="en")

    assert f'action="{SETTINGS}"' in main_of(answer)
    assert rows() == before


@pytest.mark.parametrize("session", ["", "x", "v1.test.1.9999999999.x", "ü" * 500])
def test_a_made_up_page_does_nothing(session: str, visitor: Visitor, ada: Subscriber) -> None:
    before = rows()

    act(visitor, session, "download", status=410)

    assert rows() == before


def test_the_opened_page_is_kept_by_nobody(visitor: Visitor, fresh: str, session: str) -> None:
    for answer in (visitor.client.post(fresh), act(visitor, session, "show")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies


def test_who_has_no_issue_at_hand_asks_by_address_and_everybody_gets_one_answer(
    visitor: Visitor, ada: Subscriber, ben: SignupRequest, mailoutbox: list[EmailMessage]
) -> None:
    form: dict[str, Any] = form_on(visitor.client.get(SETTINGS))
    visitor.clock.shift(10)

    answers = [
        press(visitor, SETTINGS, **form | {"address": f"{name}@example.org"})
        for name in ("ADA", "ben", "nobody")
    ]

    assert len({answer.content for answer in answers}) == 1
    assert [mail.to for mail in mailoutbox] == [["Ada@example.org"]]
    assert AccessLink.objects.count() == 3
    assert press(visitor, SETTINGS, 422, **form | {"address": "ada"})


def test_the_language_changes_at_once_also_that_of_the_page(
    visitor: Visitor, session: str, ada: Subscriber
) -> None:
    answer = act(visitor, session, "choose", locale="en", newsletters=["wissensregion"])

    ada.refresh_from_db()
    assert ada.locale == answer["Content-Language"] == "en"
    assert ada.subscriptions.confirmed().count() == 1


def test_a_newsletter_taken_away_ends_at_once(
    visitor: Visitor, session: str, ada: Subscriber
) -> None:
    act(visitor, session, "choose", locale="de", newsletters=[])

    assert not ada.subscriptions.confirmed().exists()
    assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 1


def test_a_newsletter_added_waits_for_the_mailbox_and_is_seen_waiting(
    visitor: Visitor,
    session: str,
    ada: Subscriber,
    events: Newsletter,
    mailoutbox: list[EmailMessage],
) -> None:
    act(visitor, session, "choose", locale="de", newsletters=["wissensregion", events.slug])
    assert ada.subscriptions.confirmed().count() == 1
    assert "bitte bestätigen Sie bis" in main_of(act(visitor, session, ""))

    visitor.client.post(link_in(mailoutbox[0]))

    assert ada.subscriptions.confirmed().count() == 2
    assert SignupRequest.objects.filter(source="preferences").count() == 1


def test_saving_twice_changes_nothing_more(
    visitor: Visitor, session: str, mailoutbox: list[EmailMessage]
) -> None:
    act(visitor, session, "choose", locale="en", newsletters=["wissensregion"])
    after = rows()

    act(visitor, session, "choose", locale="en", newsletters=["wissensregion"])

    assert rows() == after
    assert mailoutbox == []


def test_one_press_leaves_one_newsletter_or_all_without_a_fresh_link(
    visitor: Visitor, link: str, ada: Subscriber, events: Newsletter
) -> None:
    Subscription.objects.create(subscriber=ada, newsletter=events)

    press(visitor, link, leave=events.slug)
    assert [each.newsletter.slug for each in ada.subscriptions.confirmed()] == ["wissensregion"]
    press(visitor, link, leave="all")
    after = rows()
    press(visitor, link, leave="all")

    assert not ada.subscriptions.confirmed().exists()
    assert rows() == after


@pytest.mark.parametrize(
    "fields", [{}, {"locale": "tlh"}, {"locale": "de", "newsletters": ["nothing"]}]
)
def test_what_was_not_offered_changes_nothing(
    fields: dict[str, object], visitor: Visitor, session: str
) -> None:
    before = rows()

    act(visitor, session, "choose", status=422, **fields)

    assert rows() == before


def test_who_pauses_is_left_alone_until_the_day(
    visitor: Visitor, session: str, ada: Subscriber, grace: Subscriber
) -> None:
    for _ in range(2):
        page = act(visitor, session, "pause", until="2026-12-24")

    assert "24. Dezember 2026" in main_of(page)
    assert [each.subscriber for each in Subscription.objects.deliverable()] == [grace]
    assert Subscription.objects.paused().get().paused_until == date(2026, 12, 24)
    visitor.clock.move_to("2026-12-23T22:59:00+00:00")
    assert Subscription.objects.deliverable().count() == 1
    visitor.clock.move_to("2026-12-23T23:00:00+00:00")  # Midnight in Düsseldorf.
    assert Subscription.objects.deliverable().count() == 2


def test_a_pause_can_be_ended_and_is_not_for_ever(
    visitor: Visitor, session: str, ada: Subscriber
) -> None:
    act(visitor, session, "pause", until="2026-12-24")
    act(visitor, session, "pause", status=422, until="2030-01-01")
    act(visitor, session, "pause", status=422, until="soon")
    assert Subscription.objects.paused().count() == 1

    act(visitor, session, "pause", until="")

    assert Subscription.objects.deliverable().count() == 1


def test_everything_is_shown_and_handed_over(visitor: Visitor, session: str) -> None:
    page = main_of(act(visitor, session, "show"))
    assert "Ada@example.org" in page
    assert "willige ein" in page

    answer = act(visitor, session, "download")

    assert answer["Content-Type"].startswith("application/json")
    assert "attachment" in answer["Content-Disposition"]
    assert answer.json()["known"]["newsletter"]["subscriber"][0]["address"] == "Ada@example.org"
    assert answer["Cache-Control"] == "no-store, private"
