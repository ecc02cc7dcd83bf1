"""Postfix's own load tools: a mail server that throws all away, and the fastest sender known."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.live import debian
from tests.live.debian import Program
from tests.live.ports import free_port, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Tools:
    """The two programs."""

    sink: Program
    source: Program

    @contextmanager
    def listening(self, connections: int = 256) -> Iterator[int]:
        """Run the server that throws all away, on a port of its own."""
        port = free_port()
        account = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [self.sink.path, *account, f"127.0.0.1:{port}", str(connections)]
        server = subprocess.Popen(command, env=self.sink.environment())
        try:
            wait_for_port(port)
            yield port
        finally:
            server.terminate()
            server.wait()

    def send(self, port: int, mails: int, size: int) -> None:
        """Send mails of a size over ten kept connections."""
        ends = ["-f", "newsletter@example.org", "-t", "reader@example.org"]
        load = ["-s", "10", "-d", "-l", str(size), "-m", str(mails)]
        command = [self.source.path, *load, *ends, f"127.0.0.1:{port}"]
        subprocess.run(command, env=self.source.environment(), check=True)


def tools() -> Tools:
    """Find the tools, or fetch them; say what is missing."""
    return Tools(debian.program("smtp-sink", "postfix"), debian.program("smtp-source", "postfix"))
