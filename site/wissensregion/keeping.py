"""What is the same on many pages, made once for as long as visitors are to see the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from wissensregion import generations

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

T = TypeVar("T")

# Values of one process: the surroundings in each language, lists, and where pages were found.
MOST = 4000
# Characters of texts that one process keeps at most.
MOST_TEXT = 16_000_000


@dataclass(slots=True)
class Shelf:
    """What one process keeps of one generation; the next one begins an empty shelf."""

    generation: int
    values: dict[Hashable, Any] = field(default_factory=dict)

    def put(self, key: Hashable, value: Any) -> None:
        if len(self.values) >= MOST:
            # Another thread may have taken the same one away.
            self.values.pop(next(iter(self.values), None), None)
        self.values[key] = value


@dataclass(slots=True)
class TextShelf:
    """The texts one process keeps of one generation, and how long they are together."""

    generation: int
    texts: dict[Hashable, str] = field(default_factory=dict)
    size: int = 0

    def put(self, key: Hashable, text: str) -> None:
        self.texts[key] = text
        self.size += len(text)
        while self.size > MOST_TEXT and (oldest := next(iter(self.texts), None)) is not None:
            # Another thread may have taken the same one away.
            self.size -= len(self.texts.pop(oldest, ""))


_shelf = Shelf(generation=0)
_text_shelf = TextShelf(generation=0)


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """Return what was made for a key in this generation, or make it.

    It is shared by all requests: whoever takes it must not change it.
    """
    shelf = _current_shelf()
    try:
        value: T = shelf.values[key]
    except KeyError:
        value = make()
        shelf.put(key, value)
    return value


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
    found = {key: shelf.values[key] for key in wanted if key in shelf.values}
    made = make(missing) if (missing := [key for key in wanted if key not in found]) else {}
    for key, value in made.items():
        shelf.put(key, value)
    return found | dict(made)


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
    text = shelf.texts.get(key)
    if text is None:
        text = make()
        if keep(text):
            shelf.put(key, text)
    return text


def forget() -> None:
    """Empty the shelves; tests do, whose database goes back to what it was."""
    global _shelf, _text_shelf
    _shelf, _text_shelf = Shelf(generation=0), TextShelf(generation=0)
