"""Answers of one generation in so many bytes; what was asked for longest ago makes room."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wissensregion.cache.answers import Answer
    from wissensregion.cache.asking import Key

# An answer larger than this part of a shelf would throw too many others out.
LARGEST = 1 / 8


class Shelf:
    """The answers of one process; with another generation it begins anew."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.generation: int | None = None
        self.size = 0
        self.answers: OrderedDict[Key, Answer] = OrderedDict()
        self.changing = Lock()

    def find(self, key: Key, generation: int) -> Answer | None:
        with self.changing:
            if generation != self.generation:
                self.generation, self.answers, self.size = generation, OrderedDict(), 0
            answer = self.answers.get(key)
            if answer is None or not answer.holds:
                return None
            self.answers.move_to_end(key)
            return answer

    def fits(self, size: int) -> bool:
        return size <= self.limit * LARGEST

    def keep(self, key: Key, generation: int, answer: Answer) -> None:
        """Keep an answer that was begun when this was the generation."""
        if not self.fits(answer.size):
            return
        with self.changing:
            if generation != self.generation:
                return
            if before := self.answers.pop(key, None):
                self.size -= before.size
            self.answers[key] = answer
            self.size += answer.size
            while self.size > self.limit:
                _key, oldest = self.answers.popitem(last=False)
                self.size -= oldest.size
