"""A mail server that passes on what it is given, or not quite, into a real mailbox."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiosmtpd.smtp import SMTP, Envelope, Session
    from imap_tools import MailBoxUnencrypted

SIGNATURE = (
    b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=key1; bh=x=; b=y=;\r\n"
    b" h=From:To:Subject:List-Unsubscribe:\r\n List-Unsubscribe-Post\r\n"
)


def as_it_is(raw: bytes) -> bytes:
    return SIGNATURE + raw


def rewritten(raw: bytes, change: Callable[[EmailMessage], None]) -> bytes:
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    change(message)
    return SIGNATURE + message.as_bytes()


def in_html(search: str, put: str) -> Callable[[bytes], bytes]:
    return in_part("html", search, put)


def in_part(kind: str, search: str, put: str) -> Callable[[bytes], bytes]:
    """Make a relay that writes something else into one part of every mail."""

    def change(message: EmailMessage) -> None:
        part = message.get_body([kind])
        assert part is not None
        was = part.get_content()
        became = re.sub(search, put, was, count=1)
        assert became != was
        part.set_content(became, subtype="plain" if kind == "plain" else "html")

    return lambda raw: rewritten(raw, change)


def with_header(name: str, value: str) -> Callable[[bytes], bytes]:
    def change(message: EmailMessage) -> None:
        del message[name]
        if value:
            message[name] = value

    return lambda raw: rewritten(raw, change)


PIXEL = in_html("</body>", '<img src="https://open.example.net/p" width="1" height="1"></body>')


@dataclass
class Relay:
    """Takes mails over SMTP and lays them into a folder, each as ``makes`` makes it."""

    box: MailBoxUnencrypted
    folder: str
    makes: Callable[[bytes], bytes] = as_it_is
    taken: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self.box.append(self.makes(content), self.folder)
        self.taken += 1
        return "250 OK"
