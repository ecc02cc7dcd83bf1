"""The keeper ends what is stuck, passes on how it ended, and is not fooled by its own sleep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.live.queues import child_of
from tests.wissensregion.processes import KEPT, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Keep = Callable[[str], subprocess.Popen[str]]

START = """
import signal, sys, time
from wissensregion.working import keeper
keeper.PATIENCE = 1.0

def work(pulse):
    with pulse.beating():
        print("began", flush=True)
{work}

sys.exit(keeper.Keeper("work", work, silence=1.5, longest=1.0).run())
"""


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Begin some work under a keeper and wait until it has begun."""
    begun: list[subprocess.Popen[str]] = []

    def keep(work: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(work=f"        {work}")],
            cwd=ROOT,
            env={**KEPT, "DJANGO_SETTINGS_MODULE": "wissensregion.settings.test"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        assert process.stdout
        assert process.stdout.readline() == "began\n"
        return process

    yield keep
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_task_that_never_ends_is_ended(keep: Keep) -> None:
    work = keep("with pulse.during('a task'): time.sleep(600)")

    _, errors = work.communicate(timeout=10)

    assert work.returncode == 70
    assert "has given no sign of life for 2 s; it is killed" in errors


def test_work_that_is_idle_for_long_is_left_alone(keep: Keep) -> None:
    work = keep("time.sleep(4)")

    assert work.wait(timeout=10) == 0


def test_work_that_does_not_stop_when_asked_is_killed(keep: Keep) -> None:
    work = keep("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)")

    time.sleep(0.5)
    work.send_signal(signal.SIGTERM)
    _, errors = work.communicate(timeout=10)

    assert work.returncode == 70
    assert "did not stop within 1 s" in errors


@pytest.mark.parametrize(
    ("end", "code"),
    [("sys.exit(3)", 3), ("raise ValueError", 1), ("signal.raise_signal(signal.SIGKILL)", 137)],
)
def test_how_the_work_ended_is_passed_on(keep: Keep, end: str, code: int) -> None:
    assert keep(end).wait(timeout=10) == code


def test_a_machine_that_slept_is_no_worker_that_died(keep: Keep) -> None:
    work = keep("time.sleep(8)")
    child = child_of(work.pid)
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in (work.pid, child):
            os.kill(pid, number)
        time.sleep(3)

    assert work.wait(timeout=10) == 0
