"""Mail over a kept connection: how it opens, what arrives, envelope and mail in a write each."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from newsletter.mail import smtp
from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import Cause, Failure, Letter, Recipient
from tests.live.mailbox import Mailbox
from tests.live.ports import free_port
from tests.newsletter.carrying import LETTER, carry, carry_one, is_accepted, recipient, said_of, use
from tests.newsletter.smtp import PickyMailbox, open_picky_mailbox
from tests.newsletter.wire import Wire, open_wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings


@pytest.fixture
def wire(settings: Settings) -> Iterator[Wire]:
    with open_wire() as wire:
        use(settings, wire.port)
        yield wire


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[PickyMailbox]:
    with open_picky_mailbox() as mailbox:
        use(settings, mailbox.port)
        yield mailbox


# What arrives


def test_a_mail_arrives_whole_under_the_id_we_were_told(mailbox: PickyMailbox) -> None:
    receipt = carry_one()

    (arrived,) = mailbox.mails
    assert is_accepted(receipt)
    assert arrived.to == ["ada@example.org"]
    assert arrived.sender == "newsletter@example.org"
    assert arrived.message["Message-ID"] == receipt.answers["key-ada"].message_id
    assert arrived.text.splitlines()[1:] == [".", "Abmelden: https://www.example.org/leave/ada/"]
    assert not arrived.message.defects


def test_many_mails_share_one_connection(mailbox: PickyMailbox) -> None:
    carrier = SmtpCarrier()
    receipts = [carry(carrier, f"reader{number}") for number in range(20)]
    carrier.close()

    assert all(map(is_accepted, receipts))
    assert mailbox.connections == 1
    assert [mail.to for mail in mailbox.mails] == [
        [f"reader{number}@example.org"] for number in range(20)
    ]


def test_a_connection_is_given_up_before_the_server_tires_of_it(
    mailbox: PickyMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MAILS_PER_CONNECTION", 2)
    carrier = SmtpCarrier()

    receipts = [carry(carrier, f"reader{number}") for number in range(5)]
    carrier.close()

    assert all(map(is_accepted, receipts))
    assert mailbox.connections == 3


def test_a_closed_carrier_opens_again(wire: Wire) -> None:
    carrier = SmtpCarrier()
    carry(carrier)
    carrier.close()
    carrier.close()

    assert is_accepted(carry(carrier))
    carrier.close()
    assert wire.steps.count("QUIT") == 2


def test_envelope_and_mail_leave_in_one_write_each(wire: Wire) -> None:
    carry_one()

    envelope = next(write for write in wire.writes if write.startswith(b"MAIL"))
    assert re.fullmatch(
        rb"MAIL FROM:<newsletter@example.org> SIZE=(\d+)\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n",
        envelope,
    )
    assert f"SIZE={len(wire.mails[0])}".encode() in envelope


def test_a_server_that_takes_one_command_at_a_time_gets_one_at_a_time(wire: Wire) -> None:
    wire.at["EHLO"] = ["250 wire.example.org"]

    assert is_accepted(carry_one())
    assert b"MAIL FROM:<newsletter@example.org>\r\n" in wire.writes
    assert b"RCPT TO:<ada@example.org>\r\n" in wire.writes


def test_a_server_of_the_last_century_gets_its_mail_too(wire: Wire) -> None:
    wire.at["EHLO"] = ["500 what?"]

    assert is_accepted(carry_one())
    assert "HELO" in wire.steps


def test_answers_may_come_in_bits_and_over_several_lines(wire: Wire) -> None:
    wire.pieces = 1
    wire.at["MAIL"] = ["250-2.1.0 fine\r\n250 2.1.0 go on"]
    wire.at["MAIL SENT"] = ["250-2.0.0 fine\r\n250 2.0.0 queued"]

    assert is_accepted(carry_one())


def test_a_server_may_take_its_time(wire: Wire) -> None:
    wire.delay = 0.1

    assert is_accepted(carry_one())


def test_a_refused_recipient_among_others_costs_the_others_nothing(mailbox: PickyMailbox) -> None:
    mailbox.answers["ben@example.org"] = "550 5.1.1 no such user"
    carrier = SmtpCarrier()

    ada, ben, cleo = (carry(carrier, name) for name in ("ada", "ben", "cleo"))
    carrier.close()

    assert [said_of(receipt) for receipt in (ada, ben, cleo)] == ["accepted", "refused", "accepted"]
    assert [mail.to[0] for mail in mailbox.mails] == ["ada@example.org", "cleo@example.org"]
    assert mailbox.connections == 1


# How a connection opens


def test_where_nobody_listens_nothing_was_sent(settings: Settings) -> None:
    use(settings, free_port())
    carrier = SmtpCarrier()

    assert said_of(carry(carrier)) == Cause.UNREACHABLE
    assert said_of(carry(carrier)) == Cause.UNREACHABLE
    carrier.close()


@pytest.mark.parametrize(
    ("greeting", "cause"),
    [
        ("421 4.7.0 too many connections from your address", Cause.THROTTLED),
        ("421 4.3.2 not now", Cause.UNREACHABLE),
        ("554 5.7.1 your address is blocked", Cause.ACCOUNT),
    ],
)
def test_a_greeting_says_why_no_connection_stood(greeting: str, cause: Cause, wire: Wire) -> None:
    wire.at["HELLO"] = [greeting]

    receipt = carry_one()

    assert said_of(receipt) == cause
    assert receipt.status == int(greeting[:3])


def test_a_server_without_encryption_gets_nothing_where_it_is_demanded(
    wire: Wire, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True

    assert said_of(carry_one()) == Cause.ACCOUNT
    assert wire.mails == []


def test_a_server_without_logins_gets_nothing_where_there_is_one(
    wire: Wire, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "rhein", "secret"

    assert said_of(carry_one()) == Cause.ACCOUNT
    assert wire.mails == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine, and its key."""
    openssl = shutil.which("openssl") or pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    new = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*new, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key


@pytest.fixture
def guarded(certificate: tuple[Path, Path], settings: Settings) -> Iterator[Mailbox]:
    """A mailbox that takes mail only encrypted and from who can log in."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)

    def log_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"secret", handled=False)

    mailbox = Mailbox(port=free_port())
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=log_in,
    )
    use(settings, mailbox.port)
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "rhein", "secret"
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def test_mail_goes_out_encrypted_and_logged_in(
    guarded: Mailbox, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    carrier = SmtpCarrier()

    assert is_accepted(carry(carrier))
    assert is_accepted(carry(carrier, "ben"))
    assert len(guarded.mails) == 2
    carrier.close()


def test_a_wrong_password_is_the_operators_affair(
    guarded: Mailbox,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    settings.EMAIL_HOST_PASSWORD = "wrong"  # noqa: S105 - nobody's

    receipt = carry_one()

    assert said_of(receipt) == Cause.ACCOUNT
    assert receipt.status == 535
    assert guarded.mails == []


def test_a_certificate_nobody_vouches_for_gets_no_mail(guarded: Mailbox) -> None:
    assert said_of(carry_one()) == Cause.UNREACHABLE
    assert guarded.mails == []


# What is wrong before anything is said


def test_a_copy_that_would_not_be_sound_is_refused_without_a_word(wire: Wire) -> None:
    hidden = Recipient(
        key="k", address="ada@example.org,eve@example.org", values=recipient().values
    )

    receipt = SmtpCarrier().carry(LETTER, [hidden])

    assert receipt.answers["k"].failure == Failure.REFUSED
    assert wire.connections == 0


def test_a_letter_wrong_for_everybody_refuses_nobody(wire: Wire) -> None:
    letter = Letter(subject="a\nBcc: eve@example.org", text="a", html="")

    receipt = SmtpCarrier().carry(letter, [recipient()])

    assert said_of(receipt) == Cause.ACCOUNT
    assert wire.connections == 0
