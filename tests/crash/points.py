"""Named places in the engine's work where a process can be killed or frozen.

They are put around the engine's functions and the database connection's commit from outside: the
product knows nothing of them. ``…_in`` is inside a transaction, as late as can be; ``…_done`` is
right after its commit.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SENDING = "newsletter.sending"
# In the order in which a dispatch comes by.
FREEZING = ["chunk_begins", "chunk_in", "chunk_done", "ready_in", "ready_done"]
SENDING_POINTS = [
    "claim_in", "claim_done", "permit_in", "permit_done", "noted", "answered",
    "result_in", "result_done",
]  # fmt: skip
REAPING = ["reap_in", "reap_done"]
ALL = [*FREEZING, *SENDING_POINTS, *REAPING]


@dataclass
class Points:
    """The places of this process, how often it came by each, and where it is to stop."""

    # (name, how many passages, signal)
    stops: list[tuple[str, int, int]] = field(default_factory=list)
    # name -> how likely the process dies on each passage
    odds: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    # Where each permit is noted with the moment its transaction began.
    permits: Path | None = None

    def __post_init__(self) -> None:
        self.passages: Counter[str] = Counter()
        self.random = random.Random(self.seed)  # noqa: S311 - chance, no secret
        self.local = threading.local()

    def reach(self, name: str) -> None:
        self.passages[name] += 1
        for place, number, signum in self.stops:
            if place == name and number == self.passages[name]:
                os.kill(os.getpid(), signum)
        if self.random.random() < self.odds.get(name, 0):
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def doing(self) -> list[str]:
        """What the open transaction of this thread is about."""
        if not hasattr(self.local, "doing"):
            self.local.doing = []
        found: list[str] = self.local.doing
        return found


def install(points: Points) -> None:
    """Put the places around the engine's functions, in this process."""

    def about(name: str) -> Callable[[Any], None]:
        return lambda result: points.doing.append(name) if result else None

    _around("audience", "freeze_chunk", before=lambda: points.reach("chunk_begins"))
    _around("audience", "_plan", after=lambda _result: points.doing.append("chunk"))
    _around("audience", "_complete", after=lambda _result: points.doing.append("ready"))
    _around("permits", "_unknown", after=lambda _result: points.doing.append("reap"))
    _around("permits", "_wanted", after=lambda _result: points.reach("wanted"))
    _around("fence", "remember", after=lambda _result: points.reach("noted"))
    _around("handover", "Lane._receipt", after=lambda _result: points.reach("answered"))
    _results(points, about("result"))
    _claims(points)
    _permits(points)
    _commits(points)


def _around(
    module: str,
    name: str,
    *,
    before: Callable[[], None] | None = None,
    after: Callable[[Any], None] | None = None,
) -> None:
    home: Any = import_module(f"{SENDING}.{module}")
    *owner, name = name.split(".")
    for part in owner:
        home = getattr(home, part)
    original = getattr(home, name)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            before()
        result = original(*args, **kwargs)
        if after:
            after(result)
        return result

    setattr(home, name, wrapped)


def _results(points: Points, about: Callable[[Any], None]) -> None:
    results: Any = import_module(f"{SENDING}.results")
    original = results.write

    def write(outcomes: Any) -> None:
        known = list(outcomes)
        original(known)
        about(known)

    results.write = write


def _claims(points: Points) -> None:
    states: Any = import_module(f"{SENDING}.states")
    original = states.move

    def move(rows: Any, ways: Any, to: str, **changes: Any) -> int:
        count: int = original(rows, ways, to, **changes)
        if count and to == "claimed":
            points.doing.append("claim")
        return count

    states.move = move


def _permits(points: Points) -> None:
    permits: Any = import_module(f"{SENDING}.permits")
    original = permits._permitted  # noqa: SLF001 - the inside of the transaction

    def permitted(*args: Any, **kwargs: Any) -> Any:
        began = monotonic()
        permit = original(*args, **kwargs)
        if permit.calls:
            points.doing.append("permit")
            _note(points, permit, began)
        return permit

    permits._permitted = permitted  # noqa: SLF001


def _note(points: Points, permit: Any, began: float) -> None:
    if points.permits:
        lines = "".join(
            json.dumps({"attempt": call.attempt, "began": began}) + "\n" for call in permit.calls
        )
        with points.permits.open("a") as file:
            file.write(lines)


def _commits(points: Points) -> None:
    wrapper: Any = BaseDatabaseWrapper
    commit, rollback = wrapper.commit, wrapper.rollback

    def committing(self: Any) -> None:
        doing = list(points.doing)
        points.doing.clear()
        for name in doing:
            points.reach(f"{name}_in")
        points.reach("commit_in")
        commit(self)
        for name in doing:
            points.reach(f"{name}_done")
        points.reach("commit_done")

    def rolling_back(self: Any) -> None:
        points.doing.clear()
        rollback(self)

    wrapper.commit, wrapper.rollback = committing, rolling_back
