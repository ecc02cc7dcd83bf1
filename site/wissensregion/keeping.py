"""What is the same on many pages, made once for as long as visitors are to see the same."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from wissensregion import generations
from wissensregion.cache import lifetimes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

T = TypeVar("T")

# Values of one process: the surroundings in each language, lists, and where pages were found.
MOST = 4000
# Characters of texts that one process keeps at most.
MOST_TEXT = 16_000_000


class Made(NamedTuple):
    """What was made, and until when it holds by the clock of the process."""

    value: Any
    until: float


@dataclass(slots=True)
class Shelf:
    """What one process keeps of one generation; the next one begins an empty shelf."""

    generation: int
    values: dict[Hashable, Made] = field(default_factory=dict)

    def get(self, key: Hashable) -> Made | None:
        """What is kept and holds; an answer made of it holds no longer."""
        made = self.values.get(key)
        return made if made is not None and _holds(made.until) else None

    def put(self, key: Hashable, made: Made) -> None:
        if len(self.values) >= MOST:
            # Another thread may have taken the same one away.
            self.values.pop(next(iter(self.values), None), None)
        self.values[key] = made


@dataclass(slots=True)
class TextShelf(Shelf):
    """The texts one process keeps of one generation, and how long they are together."""

    size: int = 0

    def put(self, key: Hashable, made: Made) -> None:
        self._drop(key)
        self.values[key] = made
        self.size += len(made.value)
        while self.size > MOST_TEXT and (oldest := next(iter(self.values), None)) is not None:
            self._drop(oldest)

    def _drop(self, key: Hashable) -> None:
        # Another thread may have taken the same one away.
        if dropped := self.values.pop(key, None):
            self.size -= len(dropped.value)


_shelf = Shelf(generation=0)
_text_shelf = TextShelf(generation=0)


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """Return what was made for a key in this generation, or make it.

    It is shared by all requests: whoever takes it must not change it.
    """
    shelf = _current_shelf()
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


def _current_shelf() -> Shelf:
    global _shelf  # noqa: PLW0603 - one for the process, exchanged whole
    # Asked before anything is read: what is read afterwards can only be newer.
    number = generations.current()
    if _shelf.generation != number:
        _shelf = Shelf(number)
    return _shelf if _shelf.generation == number else Shelf(number)


def kept_each(
    keys: Iterable[Hashable], make: Callable[[list[Any]], Mapping[Any, T]]
) -> dict[Any, T]:
    """The same for many keys: those of which nothing is kept are made at once."""
    shelf = _current_shelf()
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
    global _text_shelf  # noqa: PLW0603
    if generations.current() != since:
        return make()
    if _text_shelf.generation != since:
        _text_shelf = TextShelf(since)
    shelf = _text_shelf
    made = shelf.get(key)
    if made is None:
        made = _made(make)
        if keep(made.value):
            shelf.put(key, made)
    text: str = made.value
    return text


def forget() -> None:
    """Empty the shelves; tests do, whose database goes back to what it was."""
    global _shelf, _text_shelf
    _shelf, _text_shelf = Shelf(generation=0), TextShelf(generation=0)
