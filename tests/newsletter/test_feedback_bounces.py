"""What mail servers send back: read from a real mailbox, which stays as it was."""

from __future__ import annotations

import email
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from imap_tools import MailMessageFlags

from newsletter import personal_data
from newsletter.feedback import actions, mailbox, notices
from newsletter.models import BounceMailbox, Delivery, FeedbackEvent, Suppression
from newsletter.sending import actions as sending
from tests.live.imap import PASSWORD, USER, imap_server, log_in
from tests.newsletter.bounces import OTHERS, SAMPLES, sample
from tests.newsletter.reporting import state_of_all
from wissensregion.settings import reporting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imap_tools import MailBoxUnencrypted
    from pytest_django import Settings

    from newsletter.models import IssuePage, Subscriber
    from tests.newsletter.smtp import PickyMailbox
    from wissensregion.models import User


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with imap_server() as port:
        yield port


@dataclass
class Bounces:
    """One folder of the server, which the site reads."""

    box: MailBoxUnencrypted
    folder: str

    def arrive(self, raw: bytes) -> None:
        self.box.append(raw, self.folder)

    def unread(self) -> list[bool]:
        """Whether each mail in it is unread, oldest first."""
        self.box.folder.set(self.folder)
        return [MailMessageFlags.SEEN not in mail.flags for mail in self.box.fetch(mark_seen=False)]


@pytest.fixture
def bounces(port: int, settings: Settings) -> Iterator[Bounces]:
    folder = f"Bounces-{uuid4().hex}"
    with log_in(port) as box:
        box.folder.create(folder)
        settings.NEWSLETTER_BOUNCE_MAILBOX = {
            "encryption": "imap", "host": "127.0.0.1", "port": port, "user": USER,
            "password": PASSWORD, "folder": folder,
        }  # fmt: skip
        yield Bounces(box, folder)


@pytest.fixture
def delivery(
    issue: IssuePage, editor: User, ada: Subscriber, grace: Subscriber, smtp: PickyMailbox
) -> Delivery:
    """Ada's copy, handed over to a real mail server; grace's went beside it."""
    dispatch = sending.start(issue, editor)
    while sending.continue_dispatch(dispatch.pk):
        pass
    found = Delivery.objects.get(address=ada.address)
    assert found.message_id.startswith("<")
    return found


def about(delivery: Delivery, name: str, to: str = "") -> bytes:
    return sample(name, message_id=delivery.message_id, to=to or str(delivery.address))


def read_on() -> int:
    count = mailbox.read_bounces()
    actions.apply_waiting()
    return count


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_of_any_mail_server_is_understood(name: str) -> None:
    (notice,) = notices.read(
        email.message_from_bytes(sample(name, message_id="<1@example.org>", to="ada@example.org"))
    )

    assert (notice.kind, notice.reject_reason) == SAMPLES[name]
    assert notice.message_id == "<1@example.org>"
    assert "ada@example.org" in notice.recipients
    assert notice.at is not None


@pytest.mark.parametrize("name", OTHERS)
def test_an_out_of_office_and_other_mail_is_no_bounce(name: str) -> None:
    raw = sample(name, message_id="<1@example.org>", to="ada@example.org")

    assert notices.read(email.message_from_bytes(raw)) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_cut_off_anywhere_breaks_nothing(name: str) -> None:
    raw = sample(name, message_id="<1@example.org>", to="ada@example.org")

    for end in range(0, len(raw), 97):
        notices.read(email.message_from_bytes(raw[:end]))
        notices.read(email.message_from_bytes(raw[:end] + b"\xff\x00" + raw[end:]))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("postfix-unknown-user", ("hard_bounced", "bounced")),
        ("postfix-mailbox-full", ("soft_bounced", "")),
        ("postfix-delayed", ("deferred", "")),
        ("postfix-delivered", ("delivered", "")),
        ("gmail-no-such-user", ("hard_bounced", "bounced")),
        ("exchange-policy", ("soft_bounced", "")),
        ("arf-abuse", ("complained", "complained")),
        ("arf-opt-out", ("", "withdrawn")),
    ],
)
def test_what_came_back_is_known_of_the_mail_it_came_back_from(
    bounces: Bounces, delivery: Delivery, ada: Subscriber, name: str, known: tuple[str, str]
) -> None:
    bounces.arrive(about(delivery, name))

    assert read_on() == 1

    delivery.refresh_from_db()
    assert (delivery.outcome, ada.subscriptions.get().end_reason) == known
    assert Delivery.objects.exclude(pk=delivery.pk).get().outcome == ""


def test_other_mail_stays_unread_and_nothing_is_deleted(
    bounces: Bounces, delivery: Delivery
) -> None:
    for name in OTHERS:
        bounces.arrive(about(delivery, name))
    bounces.arrive(about(delivery, "postfix-unknown-user"))
    bounces.arrive(sample("postfix-unknown-user", message_id="<else@x>", to="ada@example.org"))

    assert read_on() == 1

    assert bounces.unread() == [True] * len(OTHERS) + [False, True]


def test_each_mail_is_looked_at_once_and_a_second_time_changes_nothing(
    bounces: Bounces, delivery: Delivery
) -> None:
    assert read_on() == 0
    bounces.arrive(about(delivery, "postfix-delayed"))
    bounces.arrive(about(delivery, "postfix-unknown-user"))
    assert [read_on(), read_on()] == [2, 0]
    before = state_of_all()

    # As after a crash before the cursor was kept, or a mailbox that numbers its mails anew.
    BounceMailbox.objects.update(uid_validity=1)
    assert read_on() == 2

    assert state_of_all(but=["BounceMailbox"]) == {
        name: rows for name, rows in before.items() if name != "BounceMailbox"
    }
    assert FeedbackEvent.objects.count() == 2


def test_a_crash_after_keeping_and_before_marking_loses_nothing(
    bounces: Bounces, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounces.arrive(about(delivery, "postfix-unknown-user"))
    monkeypatch.setattr(BounceMailbox, "save", _cut_off)
    with pytest.raises(ConnectionError):
        mailbox.read_bounces()

    monkeypatch.undo()
    read_on()

    delivery.refresh_from_db()
    assert delivery.outcome == "hard_bounced"
    assert FeedbackEvent.objects.count() == 1


def _cut_off(*args: object, **kwargs: object) -> None:
    raise ConnectionError


def test_who_does_not_know_the_mail_can_forge_nothing(bounces: Bounces, delivery: Delivery) -> None:
    """Anybody can write to a mailbox: it takes the mail's own id and the address it went to."""
    before = state_of_all(but=["BounceMailbox"])
    bounces.arrive(about(delivery, "postfix-unknown-user", to="grace@example.org"))
    bounces.arrive(about(delivery, "arf-abuse", to="grace@example.org"))
    bounces.arrive(sample("arf-abuse", message_id="<guess@example.org>", to="ada@example.org"))

    assert read_on() == 0

    assert state_of_all(but=["BounceMailbox"]) == before
    assert not Suppression.objects.exists()


def test_a_bounce_after_erasure_brings_nobody_back(bounces: Bounces, delivery: Delivery) -> None:
    bounces.arrive(about(delivery, "postfix-unknown-user"))
    personal_data.erase("ada@example.org")

    assert read_on() == 1

    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.address) == ("hard_bounced", None)
    assert not Suppression.objects.exists()
    assert set(FeedbackEvent.objects.values_list("address_key", "description")) == {("", "")}


def test_the_tick_reads_the_mailbox_and_applies_what_it_finds(
    bounces: Bounces, delivery: Delivery
) -> None:
    bounces.arrive(about(delivery, "exim-unrouteable"))

    call_command("newsletter_tick")

    delivery.refresh_from_db()
    assert delivery.outcome == "hard_bounced"


def test_a_mailbox_out_of_reach_holds_up_nothing_else(
    bounces: Bounces, delivery: Delivery, settings: Settings
) -> None:
    settings.NEWSLETTER_BOUNCE_MAILBOX = {**settings.NEWSLETTER_BOUNCE_MAILBOX, "port": 1}
    actions.take_in(
        mailbox._reports(notices.read(email.message_from_bytes(about(delivery, "arf-abuse"))))  # noqa: SLF001 - as if read before
    )

    with pytest.raises(CommandError, match="read_bounces"):
        call_command("newsletter_tick")

    delivery.refresh_from_db()
    assert delivery.outcome == "complained"


@pytest.mark.django_db
def test_without_a_mailbox_nothing_is_read(settings: Settings) -> None:
    settings.NEWSLETTER_BOUNCE_MAILBOX = None

    assert mailbox.read_bounces() == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "imaps://me%40example.org:p%40ss@mail.example.org/Bounces",
            ("imaps", "mail.example.org", 993, "me@example.org", "p@ss", "Bounces"),
        ),
        ("imap+tls://u:p@m.example", ("imap+tls", "m.example", 143, "u", "p", "INBOX")),
        ("imap://u:p@127.0.0.1:1143", ("imap", "127.0.0.1", 1143, "u", "p", "INBOX")),
    ],
)
def test_a_mailbox_is_named_by_its_address(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[Any, ...]
) -> None:
    monkeypatch.setenv("BOUNCE_MAILBOX_URL", value)

    found = reporting.bounce_mailbox()

    assert found
    assert tuple(found.values()) == expected


@pytest.mark.parametrize(
    "value",
    [
        "mail.example.org", "pop3://u:p@m.example", "imaps://m.example/INBOX", "imaps://u@m.example",
        "imap://user:secret@mail.example.org", "imaps://u:p@m.example:port", "imaps://u:p@m.example?x",
    ],
)  # fmt: skip
def test_a_mailbox_that_makes_no_sense_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("BOUNCE_MAILBOX_URL", value)

    with pytest.raises(ImproperlyConfigured, match="BOUNCE_MAILBOX_URL") as wrong:
        reporting.bounce_mailbox()
    assert "secret" not in str(wrong.value)
