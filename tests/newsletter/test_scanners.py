"""Programs that open every address of every mail, again and again, before a person does."""

from __future__ import annotations

import email.policy
from email import message_from_bytes
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from newsletter.sending import actions as sending
from newsletter.subscriptions import tokens
from tests.live.mailbox import Mail
from tests.newsletter.reading import act, link_in, press, rows, session_on

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from newsletter.models import Dispatch, IssuePage, Subscriber
    from tests.newsletter.reading import Visitor

AS_OFTEN = 20
# The one-click address is made for POST; the page behind it answers GET.
METHODS = ("get", "head", "options")
PLACES = {
    "/newsletter/confirm/", "/newsletter/unsubscribe/", "/newsletter/one-click/",
    "/newsletter/preferences/", "/newsletter/settings/", "/newsletter/erase/",
}  # fmt: skip


@pytest.fixture
def letters(
    visitor: Visitor,
    english_issue: IssuePage,
    dispatch: Dispatch,
    ada: Subscriber,
    mailoutbox: list[EmailMessage],
) -> list[Mail]:
    """One of each mail there is, the issue in both languages; no link of them used up."""
    while sending.continue_dispatch(dispatch.pk):
        pass
    visitor.asks("dora@example.org")
    visitor.asks("ada@example.org")
    leaving = tokens.preferences_url(ada.subscriptions.get()).removeprefix("http://testserver")
    press(visitor, leaving, mail="settings")
    session = session_on(visitor.client.post(link_in(mailoutbox[-1])))
    act(visitor, session, "move", address="ada@new.example")
    press(visitor, link_in(mailoutbox[-1]))
    # Used up by now; so once more, from where she reads now.
    for mail in ("settings", "erase"):
        press(visitor, leaving, mail=mail)
    session = session_on(visitor.client.post(link_in(mailoutbox[-2])))
    act(visitor, session, "move", address="ada@third.example")
    press(visitor, leaving, mail="settings")
    return [_as_it_arrives(mail) for mail in mailoutbox]


def _as_it_arrives(mail: EmailMessage) -> Mail:
    message = message_from_bytes(mail.message().as_bytes(), policy=email.policy.default)
    return Mail(mail.to, mail.from_email, message)


def test_every_address_of_every_mail_opened_twenty_times_changes_nothing(
    letters: list[Mail], visitor: Visitor
) -> None:
    links = sorted({link for mail in letters for link in mail.links()})
    paths = [parts.path for parts in map(urlsplit, links) if parts.netloc == "testserver"]
    # A page of the site is the same for everybody; what a key opens might count.
    often = {path: AS_OFTEN if path.startswith("/newsletter/") else 1 for path in paths}
    before = rows()

    for path in paths:
        for method in METHODS * often[path]:
            answer = getattr(visitor.client, method)(path)
            assert answer.status_code < 500
            assert not answer.cookies

    assert rows() == before
    subjects = {mail.subject for mail in letters}
    assert len(subjects) == 8, subjects
    assert {place for place in PLACES for path in paths if path.startswith(place)} == PLACES
    # Nothing was used up either: what a person presses now still counts.
    answers = [visitor.client.get(path).status_code for path in paths if "/newsletter/" in path]
    assert answers.count(200) >= len(PLACES)
