"""A mail server that passes on what it is given, or not quite, into a real mailbox."""

from __future__ import annotations

from dataclasses import dataclass
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
