"""Postfix's own load tools: a mail server that throws all away, and the fastest sender known.

They are taken out of Debian's package; nothing of it is installed or started.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live.ports import free_port, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(tempfile.gettempdir()) / "wissensregion-postfix"
PATIENCE = 20


class MissingError(Exception):
    """What this machine lacks."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The two programs, and where their libraries lie."""

    sink: str
    source: str
    libraries: Path | None = None

    @contextmanager
    def listening(self, connections: int = 256) -> Iterator[int]:
        """Run the server that throws all away, on a port of its own."""
        port = free_port()
        account = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [self.sink, *account, f"127.0.0.1:{port}", str(connections)]
        server = subprocess.Popen(command, env=self.environment())
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
        command = [self.source, *load, *ends, f"127.0.0.1:{port}"]
        subprocess.run(command, env=self.environment(), check=True)

    def environment(self) -> dict[str, str]:
        libraries = {"LD_LIBRARY_PATH": str(self.libraries)} if self.libraries else {}
        return {**os.environ, **libraries}


def tools() -> Tools:
    """Find the tools, or fetch them; say what is missing."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin"
    sink, source = (shutil.which(name, path=places) for name in ("smtp-sink", "smtp-source"))
    if sink and source:
        return Tools(sink, source)
    programs = FOLDER / "usr" / "sbin"
    if not (programs / "smtp-source").exists():
        _fetch()
    found = Tools(
        str(programs / "smtp-sink"),
        str(programs / "smtp-source"),
        FOLDER / "usr" / "lib" / "postfix",
    )
    _check(found)
    return found


def _fetch() -> None:
    programs = [shutil.which(name) for name in ("apt-get", "dpkg")]
    if not all(programs):
        message = "smtp-source is not installed, and without apt-get it cannot be fetched"
        raise MissingError(message)
    apt_get, dpkg = map(str, programs)
    FOLDER.mkdir(exist_ok=True)
    try:
        _run([apt_get, "download", "postfix"])
        _run([dpkg, "-x", str(next(FOLDER.glob("postfix_*.deb"))), str(FOLDER)])
    except subprocess.CalledProcessError as error:
        message = f"the package postfix cannot be fetched: {error.stderr.decode().strip()}"
        raise MissingError(message) from error


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=FOLDER, check=True, capture_output=True)


def _check(found: Tools) -> None:
    """Name the libraries of other packages that are not here."""
    ldd = shutil.which("ldd") or "ldd"
    listed = subprocess.run(
        [ldd, found.sink, found.source],
        env=found.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if lacking := [line.split()[0] for line in listed.stdout.splitlines() if "not found" in line]:
        message = f"smtp-source lacks {', '.join(sorted(set(lacking)))}"
        raise MissingError(message)
