"""A mail server that takes every mail and keeps it."""

from __future__ import annotations

import email.policy
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import TYPE_CHECKING, cast

from aiosmtpd.controller import Controller

from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE = 60
LINKED = re.compile(r"(?:href|src|background|action)=[\"']([^\"']+)", re.IGNORECASE)
LINK = re.compile(r"https?://[^\s\"'<>)]+")


@dataclass(frozen=True)
class Mail:
    """One mail as it came over the wire."""

    to: list[str]
    sender: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def links(self) -> list[str]:
        """Every address a program or a person could open, each once, headers first."""
        headers = "\n".join(map(str, self.message.values()))
        attributes = "\n".join(LINKED.findall(self.html)).replace("&amp;", "&")
        found = LINK.findall(f"{headers}\n{self.text}\n{attributes}")
        return list(dict.fromkeys(link.rstrip(".,") for link in found))

    def _part(self, subtype: str) -> str:
        body = self.message.get_body(preferencelist=(subtype,))
        assert body is not None, f"the mail {self.subject!r} has no {subtype} part"
        return str(body.get_content())


@dataclass
class Mailbox:
    """Everything that arrived, in order."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(cast("bytes", envelope.content), policy=email.policy.default)
        mail = Mail(list(envelope.rcpt_tos), envelope.mail_from or "", message)
        with self._lock:
            self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[Mail]:
        with self._lock:
            return [mail for mail in self.mails if address in mail.to]

    def wait_for(self, address: str, *, after: int = 0, patience: float = PATIENCE) -> Mail:
        """Return the first mail to the address beyond ``after`` ones, once it has arrived."""
        self.wait_until(lambda: len(self.to(address)) > after, f"mail to {address}", patience)
        return self.to(address)[after]

    def wait_until(self, done: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not done():
            assert time.monotonic() < deadline, f"no {what} after {patience:.0f} seconds"
            time.sleep(0.1)


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Run the mail server in a thread of this process."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
