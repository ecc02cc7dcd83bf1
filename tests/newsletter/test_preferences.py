"""The page of preferences: a link instead of a login, and so with little power."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsletter.models import Consent, SignupRequest, Subscription
from newsletter.subscriptions import tokens
from newsletter.subscriptions.models import ConsentKind
from tests.newsletter.reading import link_in, main_of, rows

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from newsletter.models import Newsletter, Subscriber
    from tests.newsletter.reading import Visitor


@pytest.fixture
def link(ada: Subscriber) -> str:
    url = tokens.preferences_url(ada.subscriptions.get())
    return url.removeprefix("http://testserver")


def saved(visitor: Visitor, link: str, **fields: object) -> str:
    with visitor.commits(execute=True):
        answer = visitor.client.post(link, fields)
    assert answer.status_code == 200, answer.content
    return main_of(answer)


def test_a_scanner_opens_the_page_and_nothing_changes(visitor: Visitor, link: str) -> None:
    before = rows()

    for _ in range(20):
        assert visitor.client.get(link).status_code == 200

    assert rows() == before


def test_the_page_hides_the_address_from_whom_the_mail_was_forwarded_to(
    visitor: Visitor, link: str
) -> None:
    page = visitor.client.get(link).content.decode().lower()

    assert "ada@example.org" not in page
    assert "a•••@e•••.org" in page


def test_the_language_changes_at_once_also_that_of_the_page(
    visitor: Visitor, link: str, ada: Subscriber
) -> None:
    answer = visitor.client.post(link, {"locale": "en", "newsletters": ["wissensregion"]})

    ada.refresh_from_db()
    assert ada.locale == answer["Content-Language"] == "en"
    assert ada.subscriptions.confirmed().count() == 1


def test_a_newsletter_taken_away_ends_at_once(visitor: Visitor, link: str, ada: Subscriber) -> None:
    saved(visitor, link, locale="de", newsletters=[])

    assert not ada.subscriptions.confirmed().exists()
    assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 1


def test_a_newsletter_added_waits_for_the_mailbox_to_agree(
    visitor: Visitor,
    link: str,
    ada: Subscriber,
    events: Newsletter,
    mailoutbox: list[EmailMessage],
) -> None:
    """An issue forwarded to someone else carries the link; their click is not her consent."""
    saved(visitor, link, locale="de", newsletters=["wissensregion", events.slug])
    assert ada.subscriptions.confirmed().count() == 1

    visitor.client.post(link_in(mailoutbox[0]))

    assert ada.subscriptions.confirmed().count() == 2
    assert SignupRequest.objects.filter(source="preferences").count() == 1


def test_saving_twice_changes_nothing_more(
    visitor: Visitor, link: str, mailoutbox: list[EmailMessage]
) -> None:
    saved(visitor, link, locale="en", newsletters=["wissensregion"])
    after = rows()

    saved(visitor, link, locale="en", newsletters=["wissensregion"])

    assert rows() == after
    assert mailoutbox == []


def test_one_press_leaves_everything(
    visitor: Visitor, link: str, ada: Subscriber, events: Newsletter
) -> None:
    Subscription.objects.create(subscriber=ada, newsletter=events)

    saved(visitor, link, leave="all")
    after = rows()
    saved(visitor, link, leave="all")

    assert not ada.subscriptions.confirmed().exists()
    assert rows() == after


@pytest.mark.parametrize(
    "fields", [{}, {"locale": "tlh"}, {"locale": "de", "newsletters": ["nothing"]}]
)
def test_what_was_not_offered_changes_nothing(
    fields: dict[str, object], visitor: Visitor, link: str
) -> None:
    before = rows()

    answer = visitor.client.post(link, fields)

    assert answer.status_code == 422
    assert rows() == before
