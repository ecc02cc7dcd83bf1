"""Mail over a kept connection, envelope and mail in one write each: whatever a server does."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from newsletter.mail import smtp
from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import Cause, Failure, Letter, Recipient, Verdict
from tests.live.mailbox import Mailbox
from tests.live.ports import free_port
from tests.newsletter.smtp import PickyMailbox, open_picky_mailbox
from tests.newsletter.wire import HANG_UP, SILENCE, Wire, open_wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from newsletter.mail.terms import Receipt

LETTER = Letter(
    subject="Neues vom Rhein",
    text="Grüße\n.\nAbmelden: @@unsubscribe@@\n",
    html="<p>Grüße</p>" * 3000 + '<a href="@@unsubscribe@@">Abmelden</a>',
    marks=["@@unsubscribe@@"],
)
BYE = f"421 4.3.2 closing\r\n{HANG_UP}"
WITHOUT_PIPELINING = "250 wire.example.org"


def recipient(name: str = "ada") -> Recipient:
    link = f"https://www.example.org/leave/{name}/"
    return Recipient(
        key=f"key-{name}",
        address=f"{name}@example.org",
        values={"@@unsubscribe@@": link},
        headers={"List-Unsubscribe": f"<{link}>"},
    )


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2
    settings.DEFAULT_FROM_EMAIL = "Wissensregion <newsletter@example.org>"


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


def carry(carrier: SmtpCarrier, name: str = "ada") -> Receipt:
    receipt = carrier.carry(LETTER, [recipient(name)])
    # A reason outlives the person.
    said = f"{receipt.reason} {[answer.reason for answer in receipt.answers.values()]}"
    assert "@" not in said
    return receipt


def carry_one(name: str = "ada") -> Receipt:
    carrier = SmtpCarrier()
    try:
        return carry(carrier, name)
    finally:
        carrier.close()


def is_accepted(receipt: Receipt) -> bool:
    (answer,) = receipt.answers.values()
    return receipt.verdict == Verdict.ACCEPTED and answer.failure is None


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
    wire.at["EHLO"] = [WITHOUT_PIPELINING]

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


def said_of(receipt: Receipt) -> Cause | str | None:
    if receipt.verdict == Verdict.NOT_ACCEPTED:
        assert not receipt.answers
        assert receipt.reason
        return receipt.cause
    (answer,) = receipt.answers.values()
    assert answer.message_id
    if receipt.verdict == Verdict.UNKNOWN:
        assert answer.failure == Failure.UNKNOWN
        return "unknown"
    assert answer.failure in {None, Failure.REFUSED}
    return answer.failure.value if answer.failure else "accepted"


def test_a_refused_recipient_among_others_costs_the_others_nothing(mailbox: PickyMailbox) -> None:
    mailbox.answers["ben@example.org"] = "550 5.1.1 no such user"
    carrier = SmtpCarrier()

    ada, ben, cleo = (carry(carrier, name) for name in ("ada", "ben", "cleo"))
    carrier.close()

    assert [said_of(receipt) for receipt in (ada, ben, cleo)] == ["accepted", "refused", "accepted"]
    assert [mail.to[0] for mail in mailbox.mails] == ["ada@example.org", "cleo@example.org"]
    assert mailbox.connections == 1


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
