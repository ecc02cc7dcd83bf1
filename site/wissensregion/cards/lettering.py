"""Text in the site's own letters: which font has which letter, and where lines end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import ImageFont

from wissensregion.hyphens import SOFT_HYPHEN, breakable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import ImageDraw

FONTS = Path(__file__).resolve().parents[1] / "static" / "wissensregion" / "fonts"
# The files of a font, and up to which letter the first of them suffices.
DISPLAY = ("brygada-1918-latin.woff2", "brygada-1918-latin-ext.woff2")
TEXT = ("atkinson-hyperlegible-next-latin.woff2", "atkinson-hyperlegible-next-latin-ext.woff2")
LATIN = re.compile(r"[\u0000-\u00ff\u0131\u0152\u0153\u2000-\u206f\u20ac\u2122]")
ELLIPSIS = "…"


class Run(NamedTuple):
    """Letters that stand in one font."""

    text: str
    font: ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Letters:
    """A font in one size and weight."""

    files: tuple[str, str]
    size: int
    weight: int

    def runs(self, text: str) -> Iterator[Run]:
        for latin, letters in groupby(text, lambda letter: bool(LATIN.match(letter))):
            name = self.files[0 if latin else 1]
            yield Run("".join(letters), _font(name, self.size, self.weight))

    def width(self, text: str) -> float:
        return sum(run.font.getlength(run.text) for run in self.runs(text))

    def write(
        self, brush: ImageDraw.ImageDraw, place: tuple[float, float], text: str, ink: str
    ) -> None:
        """Write on a base line that begins at a place."""
        x, y = place
        for run in self.runs(text):
            brush.text((x, y), run.text, fill=ink, font=run.font, anchor="ls")
            x += run.font.getlength(run.text)


def fitted(
    text: str, letters: Sequence[Letters], width: float, most: int
) -> tuple[Letters, list[str]]:
    """The largest letters in which a text fits into so many lines, and these lines.

    In the smallest, what does not fit is left out.
    """
    for each in letters:
        lines = wrapped(text, each, width)
        if len(lines) <= most:
            return each, lines
    smallest = letters[-1]
    lines = wrapped(text, smallest, width)[:most]
    last = lines[-1]
    while last and smallest.width(f"{last}{ELLIPSIS}") > width:
        last = last[:-1].rstrip()
    return smallest, [*lines[:-1], f"{last}{ELLIPSIS}"]


def wrapped(text: str, letters: Letters, width: float) -> list[str]:
    """Break a text into lines, long words at their joints, and where they have none anywhere."""
    lines: list[str] = []
    line = ""
    for word in breakable(text).split():
        rest = word
        while rest:
            begun = f"{line} " if line else ""
            whole = rest.replace(SOFT_HYPHEN, "")
            if letters.width(begun + whole) <= width:
                line, rest = begun + whole, ""
            elif cut := _joint(begun, rest, letters, width):
                lines.append(f"{begun}{rest[:cut].replace(SOFT_HYPHEN, '')}-")
                line, rest = "", rest[cut:].lstrip(SOFT_HYPHEN)
            elif line:
                lines.append(line)
                line = ""
            else:
                cut = _any(whole, letters, width)
                lines.append(f"{whole[:cut]}-")
                rest = whole[cut:]
    return [*lines, line] if line else lines


def _joint(begun: str, word: str, letters: Letters, width: float) -> int:
    """The last joint of a word that still stands on a line; 0 where none does."""
    places = [at for at, letter in enumerate(word) if letter == SOFT_HYPHEN]
    fitting = [
        at
        for at in places
        if letters.width(f"{begun}{word[:at].replace(SOFT_HYPHEN, '')}-") <= width
    ]
    return fitting[-1] if fitting else 0


def _any(word: str, letters: Letters, width: float) -> int:
    cut = len(word) - 1
    while cut > 1 and letters.width(f"{word[:cut]}-") > width:
        cut -= 1
    return cut


@cache
def _font(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / name), size)
    font.set_variation_by_axes([weight])
    return font
