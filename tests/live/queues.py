"""Sites with each kind of queue, and workers for them in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live.furnished import copy_database, numbers
from tests.live.needs import ROOT
from tests.live.site import RunningSite, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.live.mailbox import Mailbox

KINDS = ("sqlite", "postgres", "redis")
PATIENCE = 30.0


def copy(model: RunningSite, var: Path, mailbox: Mailbox, tasks_url: str) -> RunningSite:
    """Make a site of its own from one that is furnished."""
    url = copy_database(model, var)
    values = environment(var=var, database_url=url, mailbox=mailbox)
    values |= {"TASKS_URL": tasks_url, "NEWSLETTER_UNDO_SECONDS": "0"}
    return RunningSite("", url, var, values)


@dataclass
class Crew:
    """The processes at work for one site; what still runs at the end of a test is killed."""

    site: RunningSite
    trace: Path
    members: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of the site, in a group of its own."""
        with (self.site.var / f"log-{next(numbers)}").open("wb") as log:
            member = subprocess.Popen(
                [sys.executable, "manage.py", *arguments, "--skip-checks"],
                cwd=ROOT,
                env=self.site.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.members.append(member)
        return member

    def shell(self, code: str) -> str:
        return self.site.manage("shell", "--no-imports", "-c", code).strip()

    def enqueue(self, *tasks: tuple[str, float]) -> None:
        """Put chores into the queue, by name and seconds."""
        calls = [f"chores.{name}.enqueue({str(self.trace)!r}, {time})" for name, time in tasks]
        self.shell("; ".join(["from tests.live import chores", *calls]))

    def traces(self) -> list[str]:
        return self.trace.read_text().split() if self.trace.exists() else []

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.site.var.glob("log-*")))

    def wait_until(self, done: Callable[[], object], patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not done():
            assert time.monotonic() < deadline, f"it took too long; {self.logs()[-2000:]}"
            time.sleep(0.05)


@contextmanager
def open_crew(site: RunningSite, trace: Path) -> Iterator[Crew]:
    crew = Crew(site, trace)
    try:
        yield crew
    finally:
        for member in crew.members:
            if member.poll() is None:
                os.killpg(member.pid, signal.SIGKILL)
            member.wait()


def child_of(pid: int) -> int:
    """The number of the process that does the work for a keeper."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
