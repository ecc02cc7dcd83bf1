"""What is the same on many pages, made once for as long as visitors are to see the same."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import inf
from sys import getsizeof
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from wissensregion import generations
from wissensregion.cache import lifetimes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

T = TypeVar("T")

# Values of one process: the surroundings in each language, lists, and where pages were found.
MOST = 4000
# Rows of pages, with their long texts.
MOST_ROWS = 300
# Bytes of texts, and what each weighs besides itself.
MOST_TEXT = 32_000_000
WEIGHT = 1000


class Made(NamedTuple):
    """What was made, until when it holds by the clock of the process, and how much it weighs."""

    value: Any
    until: float
    weight: int = 1


@dataclass(slots=True)
class Shelf:
    """What is kept of one generation; the oldest makes room for more."""

    generation: int
    most: int
    weigh: Callable[[Any], int] = lambda _value: 1
    values: dict[Hashable, Made] = field(default_factory=dict)
    weight: int = 0
    changing: Lock = field(default_factory=Lock)

    def get(self, key: Hashable) -> Made | None:
        """What is kept and holds; an answer made of it holds no longer."""
        made = self.values.get(key)
        return made if made is not None and _holds(made.until) else None

    def put(self, key: Hashable, made: Made) -> None:
        made = made._replace(weight=self.weigh(made.value))
        with self.changing:
            if before := self.values.pop(key, None):
                self.weight -= before.weight
            self.values[key] = made
            self.weight += made.weight
            while self.weight > self.most:
                self.weight -= self.values.pop(next(iter(self.values))).weight


class Store:
    """Has the shelf of the current generation; the next one begins an empty one."""

    def __init__(self, new: Callable[[int], Shelf]) -> None:
        self.new = new
        self.shelf = new(0)

    def current(self) -> Shelf:
        # Asked before anything is read: what is read afterwards can only be newer.
        return self.of(generations.current())

    def of(self, generation: int) -> Shelf:
        shelf = self.shelf
        if shelf.generation != generation:
            # Another thread may put up one of yet another generation; this one stays ours.
            self.shelf = shelf = self.new(generation)
        return shelf

    def forget(self) -> None:
        self.shelf = self.new(0)


def _bytes(text: str) -> int:
    return getsizeof(text) + WEIGHT


VALUES = Store(lambda generation: Shelf(generation, MOST))
ROWS = Store(lambda generation: Shelf(generation, MOST_ROWS))
TEXTS = Store(lambda generation: Shelf(generation, MOST_TEXT, _bytes))


def kept(key: Hashable, make: Callable[[], T], store: Store = VALUES) -> T:
    """Return what was made for a key in this generation, or make it.

    It is shared by all requests: whoever takes it must not change it.
    """
    shelf = store.current()
    made = shelf.get(key)
    if made is None:
        made = _made(make)
        shelf.put(key, made)
    value: T = made.value
    return value


def _made(make: Callable[[], Any]) -> Made:
    """Make something, and say to whom makes an answer of it how long it holds."""
    with lifetimes.noted() as bound:
        value = make()
        seconds = bound()
    if seconds < inf:
        lifetimes.at_most(seconds)
    return Made(value, time.monotonic() + seconds)


def _holds(until: float) -> bool:
    if until < inf:
        left = until - time.monotonic()
        if left <= 0:
            return False
        lifetimes.at_most(left)
    return True


def kept_each(
    keys: Iterable[Hashable], make: Callable[[list[Any]], Mapping[Any, T]]
) -> dict[Any, T]:
    """The same for many keys: those of which nothing is kept are made at once."""
    shelf = VALUES.current()
    wanted = list(dict.fromkeys(keys))
    found = {key: made.value for key in wanted if (made := shelf.get(key))}
    if missing := [key for key in wanted if key not in found]:
        made_now = _made(lambda: make(missing))
        for key, value in made_now.value.items():
            shelf.put(key, Made(value, made_now.until))
            found[key] = value
    return found


def kept_text(
    key: Hashable, make: Callable[[], str], *, since: int, keep: Callable[[str], bool]
) -> str:
    """Return a text as it was made in this generation, or make it and keep it where it may be.

    It is made of what was read since somebody asked for a generation; if that is over meanwhile,
    what was read may be older than the next one, and is shown once and not kept.
    """
    if generations.current() != since:
        return make()
    shelf = TEXTS.of(since)
    made = shelf.get(key)
    if made is None:
        made = _made(make)
        if keep(made.value):
            shelf.put(key, made)
    text: str = made.value
    return text


def forget() -> None:
    """Empty the shelves; tests do, whose database goes back to what it was."""
    for store in (VALUES, ROWS, TEXTS):
        store.forget()
