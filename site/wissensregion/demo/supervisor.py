"""Keeps the demonstration's processes running until someone stops it."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from wissensregion.demo.children import Child

TIME_TO_ANSWER = 240.0
TICK = 0.25
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """A process did not come up."""


class Supervisor:
    """Several children with one life: they start together and stop together."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self.say = say
        self.end = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start every child, wait until all answer, and stop all of them at the end."""
        try:
            for child in self.children:
                child.start()
            self._wait_for_answers()
            yield
        finally:
            self.stop()

    def watch(self) -> None:
        """Bring back what falls over, until the end is asked for."""
        while not self.end.wait(TICK):
            for child in self.children:
                if note := child.fell():
                    self.say(note)
                child.revive()

    def stop(self) -> None:
        for child in reversed(self.children):
            child.ask_to_stop()
        for child in reversed(self.children):
            child.stop()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C and the system's wish to stop as the end, not as an error."""

        def ask(_number: int, _frame: FrameType | None) -> None:
            self.end.set()

        before = {number: signal.signal(number, ask) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _wait_for_answers(self) -> None:
        waiting = list(self.children)
        until = time.monotonic() + TIME_TO_ANSWER
        while waiting and not self.end.is_set():
            for child in [child for child in waiting if child.ready]:
                waiting.remove(child)
                self.say(f"{child.name} answers")
            if fallen := [child for child in waiting if not child.runs]:
                raise StartError(_complaint(fallen[0], "ended while starting"))
            if waiting and time.monotonic() > until:
                raise StartError(_complaint(waiting[0], "does not answer"))
            self.end.wait(TICK)


def _complaint(child: Child, what: str) -> str:
    return f"{child.name} {what}. Its last lines ({child.log}):\n{child.last_words()}"
