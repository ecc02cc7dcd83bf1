"""Shows where in a text the words stand that somebody looked for."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wissensregion.finding import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LENGTH = 220
BEFORE = 60
# A text that holds the word more often is read no further.
MOST = 40
# Letters with their marks taken off one for one, so that places stay what they are.
PLAIN = {
    number: unicodedata.normalize("NFKD", chr(number))[0]
    for number in range(0xC0, 0x180)
    if unicodedata.combining(unicodedata.normalize("NFKD", chr(number))[-1])
} | {ord("ß"): "s"}
SURE = 3


def excerpt(text: str, stems: Sequence[str], language: str) -> SafeString:
    """Return the part of a text with most of the words, which are marked; nothing without any."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    places = list(_places(text, stems, language))
    if not places:
        return SafeString("")
    start = _best(places)
    begin = text.rfind(" ", 0, max(start - BEFORE, 0)) + 1
    end = text.find(" ", begin + LENGTH)
    end = len(text) if end < 0 else end
    shown = [(first, last) for first, last, _stem in places if begin <= first and last <= end]
    return format_html(
        "{}{}{}", "… " if begin else "", _marked(text, shown, begin, end), " …" * (end < len(text))
    )


def marked(text: str, stems: Sequence[str], language: str) -> SafeString:
    """Return a whole text with the words marked."""
    text = unicodedata.normalize("NFC", text)
    places = ((first, last) for first, last, _stem in _places(text, stems, language))
    return _marked(text, places, 0, len(text))


def _places(text: str, stems: Sequence[str], language: str) -> Iterator[tuple[int, int, str]]:
    """Where words with such stems stand, or words that begin so."""
    beginnings = "|".join(re.escape(stem[:SURE]) for stem in stems)
    if not beginnings:
        return
    pattern = re.compile(rf"(?<![^\W_])(?:{beginnings})[^\W_]*")
    plain = text.lower().translate(PLAIN)
    if len(plain) != len(text):
        plain = text
    found = 0
    for match in pattern.finditer(plain):
        own = words.stem(text[match.start() : match.end()], language)
        near = next((stem for stem in stems if own.startswith(stem)), None)
        if near and found < MOST:
            found += 1
            yield match.start(), match.end(), near


def _best(places: Sequence[tuple[int, int, str]]) -> int:
    """Return where the most different words stand together; the first such place."""

    def together(first: int) -> int:
        return len(
            {stem for start, _end, stem in places if first <= start < first + LENGTH - BEFORE}
        )

    return max((start for start, _end, _stem in places), key=lambda at: (together(at), -at))


def _marked(text: str, shown: Iterable[tuple[int, int]], begin: int, end: int) -> SafeString:
    parts: list[tuple[str, str]] = []
    for first, last in shown:
        parts.append((text[begin:first], text[first:last]))
        begin = last
    marked = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", marked, text[begin:end])
