"""Keeps the timetable beside whatever else a process does."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import close_old_connections, connections
from django.db.utils import DatabaseError, InterfaceError

from wissensregion.scheduling.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)
# A database that is away is not asked each second.
AWAY = 5.0
TIME_TO_END = 5.0


@contextmanager
def on_time() -> Iterator[None]:
    """Carry out what is scheduled until the block ends, on a thread and a connection of its own.

    Of its own because a task may take minutes, and a page goes live meanwhile.
    """
    end = threading.Event()
    thread = threading.Thread(target=_keep, args=(end,), name="timetable", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        # What it has begun either ends or never was: it is one transaction.
        thread.join(timeout=TIME_TO_END)


def _keep(end: threading.Event) -> None:
    timetable = Timetable()
    pause = 0.0
    while not end.wait(pause):
        try:
            close_old_connections()
            pause = timetable.carry_out()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The timetable could not be read: %s", type(error).__name__)
            pause = AWAY
        except Exception:  # This thread must outlive whatever one page brings up.
            logger.exception("The timetable could not be kept")
            pause = AWAY
    connections.close_all()
