"""Handing mail over SMTP: what arrives, and how far a failure had come."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from newsletter import mail
from newsletter.mail import Failure
from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session
    from pytest_django import Settings

MESSAGE = mail.Message(
    to="ada@example.org",
    subject="Neues vom Rhein – für Sie",
    text="Guten Tag",
    html="<p>Guten Tag</p>",
    headers={"List-Unsubscribe": "<https://www.example.org/newsletter/one-click/abc/>"},
    metadata={"delivery": "k3y"},
)
HANG_UP = "hang up"


@dataclass
class Script:
    """What a server answers at each step of the conversation."""

    port: int
    at: dict[str, str] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    greetings: int = 0

    def answer(self, step: str, server: SMTP) -> str:
        answer = self.at.get(step, "250 OK")
        if answer == HANG_UP and server.transport:
            server.transport.close()
        return answer

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answer("MAIL", server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content: Any = envelope.content
        self.received.append(message_from_bytes(content, policy=policy.default))
        return self.answer("DATA", server)


@contextmanager
def listening(script: Script) -> Iterator[None]:
    controller = Controller(script, hostname="127.0.0.1", port=script.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def server(settings: Settings) -> Iterator[Script]:
    script = Script(free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", script.port
    settings.EMAIL_TIMEOUT = 3
    with listening(script):
        yield script


def failure_of(message: mail.Message = MESSAGE, **kwargs: Any) -> mail.MailError:
    with pytest.raises(mail.MailError) as caught:
        mail.send(message, **kwargs)
    return caught.value


def test_what_is_sent_arrives_in_two_parts_under_the_id_we_were_told(server: Script) -> None:
    message_id = mail.send(MESSAGE)

    (arrived,) = server.received
    assert arrived["Subject"] == MESSAGE.subject
    assert arrived["Message-ID"] == message_id
    assert message_id.endswith("@example.org>")
    assert arrived["List-Unsubscribe"] == MESSAGE.headers["List-Unsubscribe"]
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert "k3y" not in arrived.as_string()


@pytest.mark.parametrize(
    ("step", "answer", "failure"),
    [
        ("RCPT", "550 5.1.1 <ada@example.org> no such user", Failure.REFUSED),
        ("RCPT", "450 4.2.0 greylisted", Failure.NOT_ACCEPTED),
        ("RCPT", "421 4.3.2 shutting down", Failure.NOT_ACCEPTED),
        ("MAIL", "451 4.3.0 try again later", Failure.NOT_ACCEPTED),
        # Our sender, not this reader: refusing them all one by one would lose them all.
        ("MAIL", "550 5.7.1 sender refused", Failure.NOT_ACCEPTED),
        ("MAIL", "530 5.7.0 authentication required", Failure.NOT_ACCEPTED),
        ("DATA", "554 5.6.0 looks like spam", Failure.REFUSED),
        ("DATA", "452 4.3.1 disk full", Failure.NOT_ACCEPTED),
        ("MAIL", HANG_UP, Failure.NOT_ACCEPTED),
        ("RCPT", HANG_UP, Failure.NOT_ACCEPTED),
        ("DATA", HANG_UP, Failure.UNKNOWN),
    ],
)
def test_what_an_answer_means(step: str, answer: str, failure: Failure, server: Script) -> None:
    server.at[step] = answer

    error = failure_of()

    assert error.failure == failure
    assert "ada@" not in f"{error} {error.reason}"


def test_the_next_message_goes_out_over_a_new_connection_after_an_error(server: Script) -> None:
    with mail.open_connection() as connection:
        mail.send(MESSAGE, connection=connection)
        mail.send(MESSAGE, connection=connection)
        assert server.greetings == 1
        server.at["RCPT"] = HANG_UP
        failure_of(connection=connection)
        server.at.clear()

        mail.send(MESSAGE, connection=connection)

    assert server.greetings == 2
    assert len(server.received) == 3


def test_where_nobody_listens_nothing_was_sent(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    with mail.open_connection() as connection:
        for _ in range(2):
            assert failure_of(connection=connection).failure == Failure.NOT_ACCEPTED


def test_a_server_without_encryption_gets_nothing_where_it_is_demanded(
    server: Script, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True

    assert failure_of().failure == Failure.NOT_ACCEPTED
    assert server.received == []


def test_a_reason_names_no_address_and_has_an_end() -> None:
    error = mail.MailError(f"550 <ada@example.org>: {'x' * 500}\nno", Failure.REFUSED)

    assert "ada" not in error.reason
    assert len(error.reason) == 300
