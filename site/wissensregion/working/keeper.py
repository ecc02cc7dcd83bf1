"""Watches one process that works, and ends it when it gives no sign of life any more.

A process that is frozen (stopped, hanging in a call that never returns) looks alive to whoever
only asks whether it runs, and inside SQLite's write transaction it holds up everybody. So the work
is done in a process of its own that beats, and the keeper listens. Starting anew is the
business of whoever started the keeper: systemd, a container, ``make demo``.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import connections

from wissensregion.working.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

logger = logging.getLogger(__name__)
SIGNALS = (signal.SIGINT, signal.SIGTERM)
# A slice of a dispatch takes half a minute; whoever stops the keeper waits 45 seconds.
PATIENCE = 40.0
TICK = 0.25
KILLED = 70


class Keeper:
    """One working process, from its start to its end."""

    def __init__(
        self, name: str, work: Callable[[Pulse], None], *, silence: float, longest: float
    ) -> None:
        self.name = name
        self.work = work
        self.silence = silence
        self.longest = longest
        self.stopping = False
        self.killed = False

    def run(self) -> int:
        """Start the work, wait for its end, and return the code to end with."""
        # What is open here must not be open twice.
        connections.close_all()
        ear, mouth = os.pipe()
        before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        if (pid := os.fork()) == 0:
            os.close(ear)
            os.set_blocking(mouth, False)
            _end_with(self.work, Pulse(mouth, longest=self.longest))
        os.close(mouth)
        try:
            code = self._watch(pid, ear)
        finally:
            os.close(ear)
            for number, handler in before.items():
                signal.signal(number, handler)
        # As a shell says it, where a signal ended the work.
        return KILLED if self.killed else 128 - code if code < 0 else code

    def _watch(self, pid: int, ear: int) -> int:
        silent = waited = 0.0
        asked = False
        at = time.monotonic()
        while True:
            # Heard first and counted in small steps: if keeper and work were stopped together,
            # the work gets the chance to be heard again.
            silent = 0.0 if _heard(ear) else silent
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            step = min(time.monotonic() - at, 2 * TICK)
            at = time.monotonic()
            silent += step
            if self.stopping:
                waited += step
                if not asked:
                    os.kill(pid, signal.SIGTERM)
                    asked = True
            if not self.killed and waited > PATIENCE:
                self._kill(pid, f"did not stop within {PATIENCE:.0f} s")
            elif not self.killed and silent > self.silence:
                self._kill(pid, f"has given no sign of life for {self.silence:.0f} s")

    def _kill(self, pid: int, why: str) -> None:
        self.killed = True
        logger.error("The %s (process %s) %s; it is killed.", self.name, pid, why)
        os.kill(pid, signal.SIGKILL)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def _heard(ear: int) -> bool:
    """Wait a moment for a sign of life."""
    ready, _, _ = select.select([ear], [], [], TICK)
    if not ready:
        return False
    heard = bool(os.read(ear, 4096))
    if not heard:
        time.sleep(TICK)  # The other end is closed: the process is about to be gone.
    return heard


def _end_with(work: Callable[[Pulse], None], pulse: Pulse) -> None:
    """Do the work in this process, which is a copy of the keeper, and end it."""
    for number in SIGNALS:
        # Ctrl-C reaches both; the keeper alone decides what it means.
        signal.signal(number, signal.SIG_IGN)
    code = 1
    try:
        work(pulse)
        code = 0
    except SystemExit as wish:
        code = wish.code if isinstance(wish.code, int) else 1
    except BaseException:
        logger.exception("The work ended with an error")
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
