"""What a mail server answers and where it hangs up: what is then known of the mail."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest

from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import Cause
from tests.newsletter.carrying import carry, carry_one, is_accepted, said_of, use
from tests.newsletter.wire import HANG_UP, SILENCE, Wire, open_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

BYE = f"421 4.3.2 closing\r\n{HANG_UP}"
WITHOUT_PIPELINING = "250 wire.example.org"


@pytest.fixture
def wire(settings: Settings) -> Iterator[Wire]:
    with open_wire() as wire:
        use(settings, wire.port)
        yield wire


# What an answer means


@pytest.mark.parametrize("ehlo", [None, WITHOUT_PIPELINING])
@pytest.mark.parametrize(
    ("step", "answer", "cause"),
    [
        ("MAIL", "451 4.3.0 try again later", None),
        ("MAIL", "451 4.7.1 you exceed the rate limit", Cause.THROTTLED),
        ("MAIL", "421 4.7.0 too many connections", Cause.THROTTLED),
        ("MAIL", "421 4.3.2 shutting down", Cause.UNREACHABLE),
        ("MAIL", "550 5.7.1 sender refused", Cause.ACCOUNT),
        ("MAIL", "530 5.7.0 authentication required", Cause.ACCOUNT),
        ("MAIL", "552 5.3.4 too big", Cause.TOO_LARGE),
        ("MAIL", "250", "accepted"),
        ("MAIL", "354 what?", Cause.UNREACHABLE),
        ("MAIL", "what?", Cause.UNREACHABLE),
        ("RCPT", "450 4.2.0 <ada@example.org> greylisted", None),
        ("RCPT", "450 4.2.1 ada@example.org gets mail at too high a rate", None),
        ("RCPT", "452 4.5.3 slow down", Cause.THROTTLED),
        ("RCPT", "421 4.3.2 shutting down", Cause.UNREACHABLE),
        ("RCPT", "530 5.7.0 authentication required", Cause.ACCOUNT),
        ("RCPT", "550 5.1.1 <ada@example.org> no such user", "refused"),
        ("RCPT", "251 ada@example.org lives elsewhere, will forward", "accepted"),
        ("DATA", "452 4.3.1 disk full", None),
        ("DATA", "554 5.5.1 no", "refused"),
        ("DATA", "250 what?", Cause.UNREACHABLE),
        ("MAIL SENT", "452 4.3.1 disk full", None),
        ("MAIL SENT", "451 4.7.0 throttled", Cause.THROTTLED),
        ("MAIL SENT", "421 4.3.2 shutting down", Cause.UNREACHABLE),
        ("MAIL SENT", "554 5.6.0 <ada@example.org> looks like spam", "refused"),
        ("MAIL SENT", "354 what?", "unknown"),
        ("MAIL SENT", "what?", "unknown"),
    ],
)
def test_what_an_answer_means(
    step: str, answer: str, cause: Cause | str | None, ehlo: str | None, wire: Wire
) -> None:
    wire.at = {"EHLO": [ehlo] if ehlo else [], step: [answer]}
    carrier = SmtpCarrier()

    receipt = carry(carrier)

    assert said_of(receipt) == cause
    # And the next one is none the worse for it.
    assert is_accepted(carry(carrier, "ben"))
    assert wire.mails[-1].count(b"leave/ben/") == 3
    assert all(b"leave/ben/" not in mail for mail in wire.mails[:-1])
    carrier.close()


@pytest.mark.parametrize("last", ["554 5.5.1 no valid recipients", "250 taken", HANG_UP])
def test_a_server_that_waits_for_a_mail_to_nobody_gets_an_empty_one(last: str, wire: Wire) -> None:
    # The usual answer to DATA is to go on, whatever became of the recipient (RFC 2920, 3.1).
    wire.at = {"RCPT": ["550 5.1.1 no such user"], "MAIL SENT": [last]}
    carrier = SmtpCarrier()

    assert said_of(carry(carrier)) == "refused"
    assert wire.mails == [b""]
    assert is_accepted(carry(carrier, "ben"))
    assert b"leave/ben" in wire.mails[1]
    carrier.close()


def test_nobody_gets_an_empty_mail_where_only_the_sender_was_refused(wire: Wire) -> None:
    wire.at["MAIL"] = ["550 5.7.1 not you"]
    carrier = SmtpCarrier()

    assert said_of(carry(carrier)) == Cause.ACCOUNT
    assert is_accepted(carry(carrier, "ben"))
    assert b"" not in wire.mails
    carrier.close()


@pytest.mark.parametrize("reset", ["502 no", HANG_UP])
def test_a_server_that_will_not_begin_anew_is_left(reset: str, wire: Wire) -> None:
    wire.at = {"MAIL SENT": ["550 5.7.1 spam"], "RSET": [reset]}
    carrier = SmtpCarrier()

    assert said_of(carry(carrier)) == "refused"
    assert is_accepted(carry(carrier, "ben"))
    assert wire.connections == 2
    carrier.close()


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("MAIL", "354 what?"),
        ("RCPT", "421 4.3.2 closing"),
        ("DATA", "250 what?"),
        ("MAIL SENT", "354 what?"),
        ("MAIL SENT", "421 4.3.2 closing"),
        ("MAIL SENT", "what?"),
    ],
)
def test_a_server_that_makes_no_sense_or_is_closing_is_left(
    step: str, answer: str, wire: Wire
) -> None:
    wire.at[step] = [answer]
    carrier = SmtpCarrier()

    carry(carrier)

    assert is_accepted(carry(carrier, "ben"))
    assert wire.connections == 2
    carrier.close()


# Where a connection ends


@pytest.mark.parametrize("ehlo", [None, WITHOUT_PIPELINING])
@pytest.mark.parametrize(
    ("step", "last_words"),
    [
        ("HELLO", ""),
        ("HELLO", "22"),
        ("EHLO", ""),
        ("EHLO", "250-wire.example.org\r\n250-PIPE"),
        ("MAIL", ""),
        ("MAIL", "2"),
        ("MAIL", "250 ok\r\n"),
        ("RCPT", ""),
        ("RCPT", "250 o"),
        ("RCPT", "250 ok\r\n"),
        ("DATA", ""),
        ("DATA", "3"),
    ],
)
def test_what_ends_before_the_mail_leaves_was_not_taken(
    step: str, last_words: str, ehlo: str | None, wire: Wire
) -> None:
    wire.at = {"EHLO": [ehlo] if ehlo else [], step: [last_words + HANG_UP]}
    carrier = SmtpCarrier()

    assert said_of(carry(carrier)) == Cause.UNREACHABLE
    assert wire.mails == []
    assert is_accepted(carry(carrier, "ben"))
    carrier.close()


@pytest.mark.parametrize("last_words", ["", "2", "25", "250"])
def test_what_ends_after_the_mail_left_is_unknown(last_words: str, wire: Wire) -> None:
    wire.at["MAIL SENT"] = [last_words + HANG_UP]
    carrier = SmtpCarrier()

    # A line that ends with its number is an answer all the same.
    assert said_of(carry(carrier)) == ("accepted" if last_words == "250" else "unknown")
    assert len(wire.mails) == 1
    assert is_accepted(carry(carrier, "ben"))
    carrier.close()


@pytest.mark.parametrize("limit", [0, 1, 10_000])
def test_what_ends_while_the_mail_leaves_is_unknown(limit: int, wire: Wire) -> None:
    wire.body_limit = limit

    assert said_of(carry_one()) == "unknown"


@pytest.mark.parametrize(
    ("step", "meaning"), [("RCPT", Cause.UNREACHABLE), ("MAIL SENT", "unknown")]
)
def test_a_server_that_falls_silent_is_not_waited_for_for_ever(
    step: str, meaning: str, wire: Wire, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    wire.at[step] = [SILENCE]

    assert said_of(carry_one()) == meaning


def test_who_is_closing_is_not_waited_for(wire: Wire, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 30
    wire.at = {"MAIL": ["421 4.3.2 closing"], "RCPT": [SILENCE]}

    begun = monotonic()
    assert said_of(carry_one()) == Cause.UNREACHABLE
    assert monotonic() - begun < 5


@pytest.mark.parametrize("last_words", ["", "421 4.4.2 idle for too long\r\n", "421-4.4.2 id"])
def test_a_connection_that_ended_while_idle_is_opened_anew_unnoticed(
    last_words: str, wire: Wire
) -> None:
    wire.at["MAIL SENT"] = [f"250 ok\r\n{last_words}{HANG_UP}"]
    carrier = SmtpCarrier()

    assert is_accepted(carry(carrier))
    assert is_accepted(carry(carrier, "ben"))
    assert wire.connections == 2
    assert len(wire.mails) == 2
    carrier.close()


def test_a_server_that_sends_everybody_away_is_asked_twice_and_no_more(wire: Wire) -> None:
    carrier = SmtpCarrier()
    carry(carrier)
    wire.at["MAIL"] = [BYE] * 5

    assert said_of(carry(carrier, "ben")) == Cause.UNREACHABLE
    assert wire.steps.count("MAIL") == 3
    carrier.close()
