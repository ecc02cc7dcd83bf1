"""Tasks that leave a trace, for workers in processes of their own."""

from __future__ import annotations

import time
from pathlib import Path

from django.db import connection, transaction
from django_tasks import task

from wissensregion.working.heartbeats import Heartbeat


@task(queue_name="bulk")
def nap(path: str, seconds: float) -> None:
    """Write ``began``, sleep, and write ``done``."""
    trace(path, "began")
    time.sleep(seconds)
    trace(path, "done")


@task(queue_name="bulk")
def write_slowly(path: str, seconds: float) -> None:
    """Sleep inside a transaction that writes: on SQLite nobody else can write meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Heartbeat._meta.db_table} SET busy_with = 'writing'")  # noqa: S608
        trace(path, "began")
        time.sleep(seconds)


def trace(path: str, word: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{word}\n")
