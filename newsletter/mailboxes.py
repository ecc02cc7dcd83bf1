"""Opens a mailbox of ours over IMAP."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imap_tools import BaseMailBox

WAYS = {"imaps": MailBox, "imap+tls": MailBoxStartTls, "imap": MailBoxUnencrypted}
TIMEOUT = 20


@contextmanager
def opened(box: Mapping[str, Any]) -> Iterator[BaseMailBox]:
    """Log in to a mailbox of the settings, in its folder; log out at the end."""
    with WAYS[box["encryption"]](box["host"], box["port"], timeout=TIMEOUT) as mailbox:
        mailbox.login(box["user"], box["password"], initial_folder=box["folder"])
        yield mailbox
