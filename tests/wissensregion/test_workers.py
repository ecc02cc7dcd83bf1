"""Workers stop when asked, come back when killed, and never stay frozen: real processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.live.queues import child_of
from tests.live.rows import read

if TYPE_CHECKING:
    from tests.live.queues import Crew

pytest_plugins = ("tests.live.crews",)
TASKS = "SELECT status FROM django_tasks_database_dbtaskresult WHERE queue_name = 'bulk'"
TICKS = "SELECT beat_at FROM wissensregion_heartbeat WHERE kind = 'tick'"
ONE_SERVER = pytest.mark.parametrize("crew", ["sqlite"], indirect=True)
EVERY_DATABASE = pytest.mark.parametrize("crew", ["sqlite", "postgres"], indirect=True)


def states(crew: Crew) -> list[str]:
    rows = read(crew.site.database_url, TASKS)
    return sorted(state for (state,) in rows)


def beats(crew: Crew) -> int:
    rows = "SELECT id FROM wissensregion_heartbeat WHERE kind = 'worker'"
    return len(read(crew.site.database_url, rows))


def test_a_worker_asked_to_stop_finishes_its_task_and_takes_no_other(crew: Crew) -> None:
    crew.enqueue(("nap", 3), ("nap", 0))
    worker = crew.start("worker", "--queues", "bulk")
    crew.wait_until(lambda: crew.traces() == ["began"])
    crew.wait_until(lambda: beats(crew) == 1)

    worker.send_signal(signal.SIGTERM)
    code = worker.wait(timeout=45)

    assert (code, crew.traces()) == (0, ["began", "done"])
    assert beats(crew) == 0


def test_what_waited_for_a_killed_worker_is_done_by_the_next(crew: Crew) -> None:
    crew.enqueue(("nap", 60), ("nap", 0))
    worker = crew.start("worker", "--queues", "bulk")
    crew.wait_until(lambda: crew.traces() == ["began"])

    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    again = crew.start("worker", "--queues", "bulk", "--batch")

    assert again.wait(timeout=30) == 0, crew.logs()
    # What was under way when the worker died is not done twice: that is the tables' affair.
    assert crew.traces() == ["began", "began", "done"]


@EVERY_DATABASE
def test_a_worker_ends_after_as_many_tasks_as_it_was_told(crew: Crew) -> None:
    crew.enqueue(("nap", 0), ("nap", 0))

    assert crew.start("worker", "--queues", "bulk", "--max-tasks", "1").wait(timeout=30) == 0

    assert crew.traces() == ["began", "done"]
    assert states(crew) == ["READY", "SUCCESSFUL"]


@ONE_SERVER
def test_a_worker_frozen_in_a_transaction_is_killed_and_others_can_write_again(crew: Crew) -> None:
    crew.enqueue(("write_slowly", 60))
    worker = crew.start("worker", "--queues", "bulk", "--watchdog", "2")
    crew.wait_until(lambda: crew.traces() == ["began"])
    frozen = child_of(worker.pid)

    os.kill(frozen, signal.SIGSTOP)
    began = time.monotonic()
    code = worker.wait(timeout=15)

    assert code != 0
    assert time.monotonic() - began < 8
    assert "has given no sign of life for 2 s" in crew.logs()
    crew.enqueue(("nap", 0))
    assert states(crew) == ["READY", "RUNNING"]


@ONE_SERVER
def test_work_without_a_keeper_ends_by_itself(crew: Crew) -> None:
    worker = crew.start("worker", "--queues", "bulk")
    crew.wait_until(lambda: "At work" in crew.logs())
    orphan = child_of(worker.pid)

    worker.kill()
    worker.wait()

    crew.wait_until(lambda: not alive(orphan), patience=10)


@pytest.mark.parametrize("crew", ["postgres"], indirect=True)
def test_a_worker_that_loses_its_database_says_so_and_ends(crew: Crew) -> None:
    worker = crew.start("worker", "--queues", "bulk")
    crew.wait_until(lambda: beats(crew) == 1)

    close_to_everybody(crew.site.database_url)

    assert worker.wait(timeout=20) == 1
    assert "it lost its database" in crew.logs()


@ONE_SERVER
def test_a_queue_nobody_knows_is_refused_with_those_there_are(crew: Crew) -> None:
    worker = crew.start("worker", "--queues", "confirmation")

    assert worker.wait(timeout=20) == 1
    assert "There is no queue 'confirmation', but: confirmations, webhooks" in crew.logs()


@ONE_SERVER
def test_a_clock_asked_to_stop_ends(crew: Crew) -> None:
    before = read(crew.site.database_url, TICKS)
    clock = crew.start("clock")
    crew.wait_until(lambda: read(crew.site.database_url, TICKS) != before)

    clock.send_signal(signal.SIGTERM)

    assert clock.wait(timeout=15) == 0


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def close_to_everybody(database_url: str) -> None:
    server, _, name = database_url.rpartition("/")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(cut, [name])
