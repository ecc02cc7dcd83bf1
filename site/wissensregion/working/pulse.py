"""The sign of life a working process gives: to its keeper each second, to everybody in a row."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection
from django.db.utils import DatabaseError, InterfaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logger = logging.getLogger(__name__)
EACH = 1.0


class Pulse:
    """Beats as long as the process runs and is not stuck in one task for longer than allowed."""

    def __init__(self, pipe: int | None, *, longest: float) -> None:
        self.pipe = pipe
        self.longest = longest
        self.end = threading.Event()
        self._task: tuple[str, float] | None = None

    @property
    def busy_with(self) -> str:
        return self._task[0] if self._task else ""

    @contextmanager
    def during(self, task: str) -> Iterator[None]:
        """Say what is being worked on until the block ends."""
        self._task = (task, time.monotonic())
        try:
            yield
        finally:
            self._task = None

    @contextmanager
    def beating(self, row: Callable[[], None] | None = None, every: float = 15.0) -> Iterator[None]:
        """Beat until the block ends; ``row`` is called less often, on a thread of its own.

        Of its own because it writes to the database, where it may have to wait: that must not
        look like silence to the keeper.
        """
        loops = [threading.Thread(target=self._tell_keeper, daemon=True)]
        if row is not None:
            loops.append(threading.Thread(target=self._tell_all, args=(row, every), daemon=True))
        for loop in loops:
            loop.start()
        try:
            yield
        finally:
            self.end.set()
            for loop in loops:
                loop.join(timeout=EACH)

    def _tell_keeper(self) -> None:
        while self.pipe is not None and not self.end.is_set():
            task = self._task
            if task is None or time.monotonic() - task[1] < self.longest:
                # A full pipe means that nobody reads at the moment, which is no reason to stop.
                try:
                    with suppress(BlockingIOError):
                        os.write(self.pipe, b".")
                except BrokenPipeError:
                    # The keeper is dead: nobody would end or watch this process any more.
                    os.kill(os.getpid(), signal.SIGTERM)
                    return
            self.end.wait(EACH)

    def _tell_all(self, row: Callable[[], None], every: float) -> None:
        while True:
            try:
                close_old_connections()
                row()
            except (DatabaseError, InterfaceError, OSError) as error:
                # The row is for others to look at; the work itself will meet the same trouble.
                logger.warning("No sign of life could be left: %s", type(error).__name__)
            if self.end.wait(every):
                break
        connection.close()
