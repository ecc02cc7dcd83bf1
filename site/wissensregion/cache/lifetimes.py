"""How long what is being rendered holds, where passing time alone changes it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_bound: ContextVar[float] = ContextVar("lifetime", default=inf)


def at_most(seconds: float) -> None:
    """Say that the answer in the making holds for so long at most; 0: for this reader alone."""
    if seconds < _bound.get():
        _bound.set(seconds)


@contextmanager
def noted() -> Iterator[Callable[[], float]]:
    """Begin without a bound; what is yielded tells the one that was said since."""
    before = _bound.set(inf)
    try:
        yield _bound.get
    finally:
        _bound.reset(before)
