"""A process that belongs to the demonstration: started, watched, stopped with all its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

PATIENCE = 10.0
LONGEST_PAUSE = 30.0
# Who has lived so long does not pay for earlier falls.
LONG_LIFE = 120.0


@dataclass(kw_only=True)
class Child:
    """One process and its log file; it comes back when it falls over."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    answers: Callable[[], bool]
    patience: float = PATIENCE
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    not_before: float = field(default=0.0)
    started: float = field(default=0.0)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the supervisor alone, which then stops this
            # process together with whatever it has started.
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def ready(self) -> bool:
        return self.runs and self.answers()

    def fell(self) -> str | None:
        """Say once how the process ended, and set when it may start again."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self._signal(signal.SIGKILL)  # Whatever it has left behind.
        self.process = None
        if time.monotonic() - self.started > LONG_LIFE:
            self.falls = 0
        pause = min(2.0**self.falls, LONGEST_PAUSE)
        self.falls += 1
        self.not_before = time.monotonic() + pause
        return f"{self.name} ended with code {code}; it starts again in {pause:.0f} s ({self.log})"

    def revive(self) -> None:
        if self.process is None and time.monotonic() >= self.not_before:
            self.start()

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Wait for the end, and enforce it."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=self.patience)
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_words(self, lines: int = 15) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            # The group's number is the pid, because the process leads its own session.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)
