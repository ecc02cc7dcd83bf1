"""Guesses what somebody meant who wrote a word wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from wissensregion.finding import tables, words
from wissensregion.finding.entries import SearchWord
from wissensregion.finding.writing import SHORTEST_GUESSED

if TYPE_CHECKING:
    from collections.abc import Iterable

# How much longer or shorter the right word may be.
APART = 2
# Of so many words at most one is chosen: a bound for sites with a huge vocabulary.
MOST = 5000
# One wrong letter in four, two in eight.
LIKE = 0.74


def guess(query: str, language: str) -> str:
    """Return the query with the nearest known word for each unknown one, or nothing."""
    asked = [word.lower() for word in words.split(query)]
    doubtful = [word for word in asked if len(word) >= SHORTEST_GUESSED and word.isalpha()]
    known = _near(doubtful, language)
    guessed = [
        (_nearest(word, known) or word) if word in doubtful and word not in known else word
        for word in asked
    ]
    return " ".join(guessed) if guessed != asked else ""


def _near(doubtful: Iterable[str], language: str) -> set[str]:
    """The known words that begin as these do, or as these would with two letters the other way."""
    wanted = Q(pk__in=[])
    for word in doubtful:
        wanted |= Q(
            initial__in={words.without_marks(letter) for letter in word[:2]},
            length__range=(len(word) - APART, len(word) + APART),
        )
    found = SearchWord.objects.filter(wanted, language=tables.language_token(language))
    return set(found.values_list("word", flat=True)[:MOST])


def _nearest(word: str, known: set[str]) -> str | None:
    best = process.extractOne(word, known, scorer=OSA.normalized_similarity, score_cutoff=LIKE)
    return str(best[0]) if best else None
