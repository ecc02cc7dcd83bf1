"""A mail announced in the write that carries the one before it: faster, and nothing else."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from newsletter.mail import smtp
from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import Cause
from tests.newsletter.carrying import LETTER, is_accepted, recipient, said_of, use
from tests.newsletter.wire import HANG_UP, Wire, open_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from newsletter.mail.terms import Receipt

NAMES = ("ada", "ben", "cleo")


@pytest.fixture
def wire(settings: Settings) -> Iterator[Wire]:
    with open_wire() as wire:
        use(settings, wire.port)
        yield wire


def carry_all(carrier: SmtpCarrier, names: tuple[str, ...] = NAMES) -> list[Receipt]:
    everybody = [recipient(name) for name in names]
    return [
        carrier.carry(LETTER, [who], following=following)
        for who, following in zip_longest(everybody, everybody[1:])
    ]


def arrived(wire: Wire) -> list[str]:
    """Whose mails the server has whole, in their order."""
    return [name for mail in wire.mails for name in NAMES if f"leave/{name}/".encode() in mail]


def test_the_next_mail_is_announced_along_with_the_one_before_it(wire: Wire) -> None:
    carrier = SmtpCarrier()

    assert all(map(is_accepted, carry_all(carrier)))
    carrier.close()

    assert arrived(wire) == list(NAMES)
    assert wire.connections == 1
    # Only the first is announced by itself, and nobody is announced twice.
    assert [write[:4] for write in wire.writes].count(b"MAIL") == 1
    assert b"".join(wire.writes).count(b"MAIL FROM") == len(NAMES)
    assert wire.steps[-1] == "QUIT"


def test_a_server_that_takes_one_command_at_a_time_is_told_nothing_ahead(wire: Wire) -> None:
    wire.at["EHLO"] = ["250 wire.example.org"]
    carrier = SmtpCarrier()

    assert all(map(is_accepted, carry_all(carrier)))
    carrier.close()

    assert [write[:4] for write in wire.writes].count(b"MAIL") == len(NAMES)


@pytest.mark.parametrize(
    ("step", "answers", "said"),
    [
        # A refusal is one mail's own, whichever of its commands it answers.
        ("MAIL SENT", ["554 5.6.0 spam"], ["refused", "accepted", "accepted"]),
        ("RCPT", ["250 ok", "550 5.1.1 nobody"], ["accepted", "refused", "accepted"]),
        ("DATA", ["354 go on", "554 5.7.1 no"], ["accepted", "refused", "accepted"]),
        # The server may have forgotten the mail before, or be gone: the next is announced anew.
        ("MAIL", ["250 ok", "503 5.5.1 nested MAIL"], ["accepted"] * 3),
        ("MAIL", ["250 ok", "421 4.3.2 closing" + HANG_UP], ["accepted"] * 3),
        # What broke off before its own mail left was not taken.
        ("RCPT", ["250 ok", HANG_UP], ["accepted", Cause.UNREACHABLE, "accepted"]),
        ("DATA", ["354 go on", HANG_UP], ["accepted", Cause.UNREACHABLE, "accepted"]),
        # What broke off after it is unknown, and the next one is none the worse for it.
        ("MAIL SENT", ["250 ok", HANG_UP], ["accepted", "unknown", "accepted"]),
        ("MAIL SENT", ["250 ok", "what?"], ["accepted", "unknown", "accepted"]),
    ],
)
def test_what_an_answer_means_is_the_same_ahead(
    step: str, answers: list[str], said: list[Cause | str], wire: Wire
) -> None:
    wire.at[step] = answers
    carrier = SmtpCarrier()

    receipts = carry_all(carrier)
    carrier.close()

    assert [said_of(receipt) for receipt in receipts] == said
    assert [arrived(wire).count(name) for name in NAMES] == [
        int(what in {"accepted", "unknown"} or step == "MAIL SENT") for what in said
    ]


def test_an_announced_mail_that_does_not_come_is_no_mail_and_no_goodbye_is_taken_for_one(
    wire: Wire,
) -> None:
    carrier = SmtpCarrier()

    assert is_accepted(carrier.carry(LETTER, [recipient("ada")], following=recipient("ben")))
    carrier.close()
    assert is_accepted(carrier.carry(LETTER, [recipient("cleo")]))
    carrier.close()

    assert arrived(wire) == ["ada", "cleo"]
    assert wire.connections == 2
    assert b"QUIT" not in b"".join(wire.writes).partition(b"cleo")[0]


def test_another_mail_than_the_announced_one_goes_to_its_own_reader(wire: Wire) -> None:
    carrier = SmtpCarrier()

    assert is_accepted(carrier.carry(LETTER, [recipient("ada")], following=recipient("ben")))
    assert is_accepted(carrier.carry(LETTER, [recipient("cleo")]))
    carrier.close()

    assert arrived(wire) == ["ada", "cleo"]


def test_nothing_is_announced_over_a_connection_about_to_be_given_up(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MAILS_PER_CONNECTION", 2)
    carrier = SmtpCarrier()

    assert all(map(is_accepted, carry_all(carrier)))
    carrier.close()

    assert wire.connections == 2
    assert wire.steps.count("QUIT") == 2
