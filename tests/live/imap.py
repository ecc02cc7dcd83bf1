"""An IMAP server that lives as long as the tests, with its mails in memory."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imap_tools import MailBoxUnencrypted

from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "bounces", "only-for-tests"
START = "import sys; from pymap.main import main; sys.exit(main())"
PATIENCE = 60


@contextmanager
def imap_server() -> Iterator[int]:
    """Run a server of our own and give its port."""
    port = free_port()
    options = ["--no-tls", "--host", "127.0.0.1", "--port", str(port)]
    options += ["--no-service", "admin", "--no-service", "managesieve"]
    options += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen([sys.executable, "-c", START, *options])
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def log_in(port: int) -> MailBoxUnencrypted:
    mailbox = MailBoxUnencrypted("127.0.0.1", port, timeout=PATIENCE)
    mailbox.login(USER, PASSWORD)
    return mailbox


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            log_in(port).logout()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
