"""The tests' side: a service, a forking worker for each database, and one case after the other."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.crash import databases
from tests.crash.invariants import Evidence, breaches
from tests.crash.scene import address
from tests.live.needs import ROOT
from tests.live.site import INHERITED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READERS, MOST = 12, 3
PATIENCE = 180
REPORTER = "reports:only-for-tests-only-for-tests"
NUMBERS = itertools.count(1)


def _environment(var: Path, database: str) -> dict[str, str]:
    values = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {
        **values,
        "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        "VAR_DIR": str(var),
        "DATABASE_URL": database,
    }


@contextmanager
def mail_service(var: Path) -> Iterator[str]:
    """Run the fake service; yield its address."""
    process = _start("tests.crash.mail_service", _environment(var, ""))
    try:
        yield f"http://127.0.0.1:{_line(process)}"
    finally:
        _end(process)


@dataclass
class Crew:
    """A forking worker and the scene it works in, on one database."""

    home: Path
    store: databases.Files | databases.Server
    service: str
    process: subprocess.Popen[str]
    template: str = ""
    readers: int = READERS

    def tell(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(_line(self.process))
        return answer

    def prepare(self, most: int = MOST) -> None:
        self.template = self.store.create(f"scene{next(NUMBERS)}")
        scene = Case(self, self.home / "template", self.template)
        end = scene.run("prepare", readers=self.readers, most=most)
        assert end == {"end": "done", "code": 0}, scene.said()

    @contextmanager
    def case(self, mode: str = "batch", **service: Any) -> Iterator[Case]:
        """A copy of the scene, and an account of its own at the service."""
        name = f"case{next(NUMBERS)}"
        home = self.home / name
        case = Case(self, home, self.store.copy(self.template, name), mode=mode)
        _copy_state(self.home / "template" / "state", home / "state")
        case.ask("open", log=str(case.log), database=case.database, **service)
        try:
            yield case
        finally:
            case.ask("release")
            case.end_all()
            case.ask("close")
            self.store.drop(case.database)


@contextmanager
def crew(
    home: Path, store: databases.Files | databases.Server, service: str, readers: int = READERS
) -> Iterator[Crew]:
    url = f"sqlite:///{home}/none" if store.vendor == "sqlite" else f"{store.address}/none"  # type: ignore[union-attr]
    process = _start("tests.crash.worker", _environment(home, url))
    try:
        assert _line(process) == "ready"
        yield Crew(home, store, service, process, readers=readers)
    finally:
        _end(process)


@dataclass
class Case:
    """One dispatch, what is done to it, and what is known of it from outside."""

    crew: Crew
    home: Path
    database: str
    mode: str = "batch"
    dispatch: int = 1
    running: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.log.touch()

    @property
    def log(self) -> Path:
        return self.home / "accepted"

    def ask(self, what: str, **values: Any) -> dict[str, Any]:
        """Tell the service something about this case's account."""
        url = f"{self.crew.service}/control/{self.home.name}"
        body = json.dumps({"do": what, **values}).encode()
        with urllib.request.urlopen(url, body, timeout=PATIENCE) as answer:  # noqa: S310
            said: dict[str, Any] = json.loads(answer.read())
        return said

    def begin(self, act: str, **order: Any) -> dict[str, Any]:
        """Fork a process that does this; say which."""
        begun = self.crew.tell(
            order="fork",
            act=act,
            home=str(self.home),
            database=self.database,
            mode=self.mode,
            service=f"{self.crew.service}/{self.home.name}/",
            dispatch=self.dispatch,
            **order,
        )
        self.running.append(begun["pid"])
        return begun

    def wait(self, pid: int, *, frozen: bool = False, seconds: float = PATIENCE) -> dict[str, Any]:
        end = self.crew.tell(order="wait", pid=pid, frozen=frozen, seconds=seconds)
        if end["end"] in {"done", "killed"}:
            self.running.remove(pid)
        return end

    def run(self, act: str, **order: Any) -> dict[str, Any]:
        return self.wait(self.begin(act, **order)["pid"])

    def do(self, act: str, **order: Any) -> None:
        """Run what has to succeed."""
        end = self.run(act, **order)
        assert end == {"end": "done", "code": 0}, f"{act}: {end}\n{self.said()}"

    def kill_at(self, point: str, number: int = 1, act: str = "work", **order: Any) -> None:
        """Run a process that is killed when it comes by a point for the n-th time."""
        end = self.run(act, stops=[(point, number, int(signal.SIGKILL))], **order)
        killed = {"end": "killed", "by": int(signal.SIGKILL)}
        assert end == killed, f"never came by {point} {number} times: {end}\n{self.said()}"

    def freeze_at(self, point: str, number: int = 1, **order: Any) -> int:
        """Run a worker until it comes by a point, and stop the clock for it there."""
        pid: int = self.begin("work", stops=[(point, number, int(signal.SIGSTOP))], **order)["pid"]
        end = self.wait(pid, frozen=True)
        assert end == {"end": "frozen"}, f"never came by {point}: {end}\n{self.said()}"
        return pid

    def thaw(self, pid: int) -> None:
        os.kill(pid, signal.SIGCONT)
        assert self.wait(pid) == {"end": "done", "code": 0}, self.said()

    def wake(self, pid: int) -> None:
        """Let a frozen process go on, whatever becomes of it."""
        os.kill(pid, signal.SIGCONT)
        self.wait(pid)

    def thaw_after(self, pid: int, seconds: float) -> None:
        time.sleep(seconds)
        self.thaw(pid)

    def until_held(self, count: int = 1) -> None:
        """Wait until the service holds a call back."""
        deadline = time.monotonic() + PATIENCE
        while self.ask("look")["held"] < count:
            assert time.monotonic() < deadline, "no call was held\n" + self.said()
            time.sleep(0.005)

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert self.wait(pid)["end"] == "killed"

    def end_all(self) -> None:
        for pid in list(self.running):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.wait(pid)

    def evidence(self) -> Evidence:
        return Evidence.of(self.database, self.log, self.home / "permits")

    def breaches(self, *, reported: bool = True, **known: Any) -> list[str]:
        known.setdefault("candidates", self.crew.readers)
        return breaches(self.evidence(), reported=reported, **known)

    def counts(self) -> dict[str, int]:
        return dict(self.evidence().counts)

    @property
    def state(self) -> str:
        found: str = databases.read(self.database, "SELECT state FROM newsletter_dispatch")[0][0]
        return found

    def state_of(self, number: int) -> str:
        found: str = databases.read(
            self.database,
            f"SELECT state FROM newsletter_delivery WHERE address = '{address(number)}'",  # noqa: S608
        )[0][0]
        return found

    def calls(self) -> int:
        calls: int = self.ask("look")["calls"]
        return calls

    def said(self) -> str:
        """What the processes of this case wrote before they ended."""
        log = self.home / "log"
        return log.read_text()[-4000:] if log.exists() else ""


def _start(module: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, f"the process ended: {process.poll()}"
    return line


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.kill()
    process.wait()


def _copy_state(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
