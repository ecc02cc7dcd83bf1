"""A mailbox on this machine: takes every mail over SMTP and keeps it as it came."""

from __future__ import annotations

import email
import email.policy
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 30 * 1024 * 1024
# The first line of each file, before the mail itself.
ENVELOPE_TO = "X-Envelope-To"
KEY = re.compile(r"^[0-9]{1,25}$", re.ASCII)
NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Mail:
    """One mail as it lies in the mailbox."""

    key: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.key) / NANOSECONDS, UTC)

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def recipient(self) -> str:
        """Whom the mail was for, by the envelope: what the To line says may differ."""
        return self.header(ENVELOPE_TO) or self.header("To")

    @property
    def sender(self) -> str:
        return self.header("From")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def header(self, name: str) -> str:
        return str(self.message.get(name, ""))

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


class Box:
    """The mails in one folder, a file each, named by the nanosecond of their arrival."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def add(self, raw: bytes) -> str:
        path = self.folder / f"{time.time_ns()}.eml"
        # Written beside and then moved, so that nobody reads half a mail.
        draft = path.with_suffix(".part")
        draft.write_bytes(raw)
        draft.rename(path)
        return path.stem

    def get(self, key: str) -> Mail | None:
        path = self.folder / f"{key}.eml"
        return Mail(key, path.read_bytes()) if KEY.match(key) and path.exists() else None

    def newest(self, limit: int) -> list[Mail]:
        return [mail for key in self.keys()[:limit] if (mail := self.get(key))]

    def keys(self) -> list[str]:
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)


class Receiver:
    """What the SMTP server does with a mail: it keeps it."""

    def __init__(self, box: Box) -> None:
        self.box = box

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        to = ", ".join(envelope.rcpt_tos).encode()
        self.box.add(
            b"%s: %s\r\n" % (ENVELOPE_TO.encode(), to) + (envelope.original_content or b"")
        )
        return "250 OK"


def receiver(box: Box, host: str, port: int) -> Controller:
    """An SMTP server in a thread of its own, not started yet."""
    return Controller(Receiver(box), hostname=host, port=port, data_size_limit=LARGEST)
