"""Web servers of a running site, as an operator starts them: Granian, a process each."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live.needs import ROOT
from tests.live.ports import free_port, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# The name all servers of a site answer to, whatever their ports.
HOST = "www.example.org"
PATIENCE = 240
# Long enough to be taken for secrets.
SECRET = sha256(b"tests").hexdigest()
# What an operator has to set.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "wissensregion.settings.production",
    "SECRET_KEY": SECRET,
    "SITE_URL": f"https://{HOST}",
    "DEFAULT_FROM_EMAIL": "Wissensregion <newsletter@example.org>",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "NEWSLETTER_TOKEN_KEYS": f"2026:{SECRET}",
    "NEWSLETTER_PEPPER": SECRET,
    "SECURITY_CONTACT": "mailto:security@example.org",
}


@dataclass(slots=True)
class Server:
    """One process that answers readers, and a connection to it."""

    port: int
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def wait(self) -> None:
        """Return when it answers."""
        wait_for_port(self.port, PATIENCE)

    def url(self, address: str) -> str:
        return f"http://127.0.0.1:{self.port}{address}"

    def get(self, address: str, **headers: str) -> tuple[int, str]:
        """Status and text at an address."""
        status, _headers, text = self.answer(address, **headers)
        return status, text

    def answer(self, address: str, **headers: str) -> tuple[int, list[tuple[str, str]], str]:
        """Status, headers and text at an address."""
        self.connection.request("GET", address, headers={"Host": HOST, **headers})
        answer = self.connection.getresponse()
        return answer.status, answer.getheaders(), answer.read().decode()


def for_servers(values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a site that is served under one name."""
    named = {"SITE_URL": f"http://{HOST}", "ALLOWED_HOSTS": f"{HOST},127.0.0.1", "DEBUG": "false"}
    return {**values, **named, "DJANGO_SETTINGS_MODULE": "wissensregion.settings.dev"}


@contextmanager
def serving(
    environment: Mapping[str, str],
    log: Path,
    application: str = "wissensregion.wsgi:application",
    before: Sequence[str] = (),
) -> Iterator[Server]:
    """Run one web server until the block ends; ``before`` is put before its command.

    It is not waited for, so that several can start at once.
    """
    port = free_port()
    command = [
        *before,
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", application,
        "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4",
        "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(port)
    try:
        yield server
    finally:
        server.connection.close()
        # With the processes it has begun, which may be starting still and not listen.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
