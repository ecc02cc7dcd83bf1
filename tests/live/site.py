"""The product itself, started as a new user starts it, on ports and rows of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.live.needs import ROOT
from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live.mailbox import Mailbox

# What a process needs of this machine; everything else the site is told by us.
INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
PATIENCE = 240
QUIET = 60
# Seconds to think again after a release: enough to be seen, too few to wait for.
UNDO = 5
READY = b"Everything answers"


@dataclass(frozen=True)
class RunningSite:
    """Where a site answers, and where its rows are."""

    url: str
    database_url: str
    var: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command of this site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def environment(
    *, var: Path, database_url: str = "", port: int = 0, mailbox: Mailbox | None = None
) -> dict[str, str]:
    """Return what the site reads of its environment."""
    values = {name: os.environ[name] for name in INHERITED if name in os.environ}
    values |= {
        "VAR_DIR": str(var),
        "DATABASE_URL": database_url or sqlite_url(var),
        "NEWSLETTER_UNDO_SECONDS": str(UNDO),
    }
    if port:
        values["SITE_URL"] = f"http://127.0.0.1:{port}"
    if mailbox:
        values["EMAIL_URL"] = f"smtp://127.0.0.1:{mailbox.port}"
    return values


def sqlite_file(var: Path) -> Path:
    return var / "wissensregion.sqlite3"


def sqlite_url(var: Path) -> str:
    return f"sqlite:///{sqlite_file(var)}"


@contextmanager
def run_site(
    var: Path, mailbox: Mailbox, *, database_url: str = "", content: Path | None = None
) -> Iterator[RunningSite]:
    """Run ``manage.py demo`` until the block ends; ``content`` is a folder to begin with."""
    if content:
        shutil.copytree(content, var)
    var.mkdir(parents=True, exist_ok=True)
    port = free_port()
    values = environment(var=var, database_url=database_url, port=port, mailbox=mailbox)
    site = RunningSite(values["SITE_URL"], values["DATABASE_URL"], var, values)
    log = var / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=values,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(process, log)
        yield site
    finally:
        _stop(process)


def _wait_until_it_answers(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while READY not in log.read_bytes():
        assert process.poll() is None, f"the site stopped: {log.read_text()[-3000:]}"
        assert time.monotonic() < deadline, f"the site did not start: {log.read_text()[-3000:]}"
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the site as Ctrl-C does; what does not listen is killed with all its children."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=QUIET)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=QUIET)
