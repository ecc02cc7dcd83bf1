"""Words and their stems, the same for what is stored and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"[^\W_]+")
# The stemmer of a language; a language without one is searched by its words as they are.
STEMMERS = {"de": "german", "en": "english", "fr": "french", "nl": "dutch", "tr": "turkish"}
# Longer is no word, and no column holds it.
LONGEST = 40


def split(text: str) -> Iterator[str]:
    """The words of a text: quotation marks and operators mean something to the index."""
    return (word[0][:LONGEST] for word in WORD.finditer(unicodedata.normalize("NFC", text)))


def stems(text: str, language: str) -> list[str]:
    return [stem(word, language) for word in split(text)]


# The words of a language repeat themselves, and a stemmer is slow.
@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """What a word has in common with its other forms, without marks: Brücken, bruck."""
    folded = word.casefold()
    stemmer = _stemmer(language)
    return without_marks(stemmer.stemWord(folded) if stemmer else folded)


def without_marks(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word)
    return "".join(part for part in parts if not unicodedata.combining(part) and part.isalnum())


@lru_cache
def _stemmer(language: str) -> Any | None:
    name = STEMMERS.get(language.partition("-")[0])
    return snowballstemmer.stemmer(name) if name else None
