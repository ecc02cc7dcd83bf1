"""A mail server with moods."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from tests.live.mailbox import Mailbox
from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PickyMailbox(Mailbox):
    """Keeps every mail, and treats some addresses as told."""

    # What it answers to an address instead of taking it.
    answers: dict[str, str] = field(default_factory=dict)
    # Whose mail it takes and then hangs up without a word.
    hangs_up: set[str] = field(default_factory=set)
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.hangs_up & set(envelope.rcpt_tos) and server.transport:
            server.transport.close()
        return answer


@contextmanager
def open_picky_mailbox() -> Iterator[PickyMailbox]:
    mailbox = PickyMailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
