"""Draws one card: always the same for the same words, on every machine with the same Pillow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from wissensregion import artwork
from wissensregion.cards.lettering import DISPLAY, TEXT, Letters, fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 1200, 630
# Drawn so much larger, so that edges come out soft.
TIMES = 2
# Another number makes every card anew: change it with what a card looks like.
LOOK = 1
# The light design's colours, as tokens.css has them; others show a card on their own ground.
PAPER, INK, QUIET = "#f6fbfb", "#0d222d", "#3e5762"
ACCENTS = {
    "river": "#005c76", "brick": "#aa3d1e", "meadow": "#2a673a", "amber": "#8c5a0f",
    "violet": "#664293",
}  # fmt: skip
MARGIN, SHORE, BASE = 72, 262, 568
LINES = 3
HEADLINES = [Letters(DISPLAY, size * TIMES, 600) for size in (76, 70, 64, 58, 52, 46)]
SMALL = Letters(TEXT, 27 * TIMES, 500)
STRONG = Letters(TEXT, 27 * TIMES, 700)
NUMBER = re.compile(r"-?\d+")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says."""

    headline: str
    label: str
    sender: str
    seed: str
    accent: str

    @property
    def fingerprint(self) -> str:
        """Another one for everything that makes another picture."""
        said = (str(LOOK), self.headline, self.label, self.sender, self.seed, self.accent)
        return blake2b("\n".join(said).encode(), digest_size=16).hexdigest()


def draw(card: Card) -> bytes:
    """Return the card as a PNG."""
    accent = ACCENTS.get(card.accent, ACCENTS["river"])
    picture = Image.new("RGB", (WIDTH * TIMES, HEIGHT * TIMES), mixed(PAPER, accent, 0.12))
    brush = ImageDraw.Draw(picture)
    _river(brush, artwork.draw(card.seed, card.accent), accent)
    _shore(brush)
    _words(brush, card, accent)
    shown = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    out = BytesIO()
    # Few colours, each with its shades: a fifth of the bytes.
    shown.quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def mixed(one: str, other: str, share: float) -> str:
    """The colour between two."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def points(path: str, steps: int = 14) -> list[Point]:
    """The points of a path as ``artwork`` writes it: a start, then smooth Béziers."""
    numbers = [float(number) for number in NUMBER.findall(path.partition("L")[0])]
    here, behind = (numbers[0], numbers[1]), (numbers[0], numbers[1])
    found: list[Point] = [here]
    for at in range(2, len(numbers) - 3, 4):
        lean, there = (numbers[at], numbers[at + 1]), (numbers[at + 2], numbers[at + 3])
        first = (2 * here[0] - behind[0], 2 * here[1] - behind[1])
        found += [_on((here, first, lean, there), step / steps) for step in range(1, steps + 1)]
        here, behind = there, lean
    return found


def _on(bezier: tuple[Point, Point, Point, Point], share: float) -> Point:
    back = 1 - share
    weights = (back**3, 3 * back**2 * share, 3 * back * share**2, share**3)
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, bezier, strict=True))
        for axis in (0, 1)
    )
    return x, y


def _river(brush: ImageDraw.ImageDraw, art: artwork.Artwork, accent: str) -> None:
    """The river in its valley, of which a card shows the middle."""

    def placed(path: Sequence[Point]) -> list[Point]:
        # A flatter valley, so that the strip shows most of the bends.
        return [(x * TIMES, ((y - art.height / 2) * 0.62 + SHORE / 2) * TIMES) for x, y in path]

    for path in art.contours:
        _stroke(brush, placed(points(path)), 2.5, mixed(PAPER, accent, 0.3))
    river = placed(points(art.river))
    _stroke(brush, river, 44, mixed(PAPER, accent, 0.34))
    _stroke(brush, river, 15, accent)
    for node in art.nodes:
        [(x, y)] = placed([(node.x, node.y)])
        for radius, ink in ((node.radius + 4, accent), (node.radius - 4, PAPER)):
            reach = radius * TIMES
            filled = accent if node.filled else ink
            brush.ellipse((x - reach, y - reach, x + reach, y + reach), fill=filled)


def _stroke(brush: ImageDraw.ImageDraw, path: list[Point], width: float, ink: str) -> None:
    thick = round(width * TIMES)
    brush.line(path, fill=ink, width=thick, joint="curve")
    # Pillow leaves gaps where a thick line turns.
    for x, y in path if thick > TIMES * 10 else ():
        reach = thick / 2 - 1
        brush.ellipse((x - reach, y - reach, x + reach, y + reach), fill=ink)


def _shore(brush: ImageDraw.ImageDraw) -> None:
    """The paper the words stand on, with the wave of the site's footer as its edge."""
    edge = points(
        f"M0 {SHORE + 14}S120 {SHORE + 34} 290 {SHORE + 30}S560 {SHORE - 22} 740 {SHORE - 22}"
        f"S960 {SHORE + 12} 1060 {SHORE + 12}S1160 {SHORE - 4} 1200 {SHORE - 8}"
    )
    ground = [*edge, (WIDTH, HEIGHT), (0, HEIGHT)]
    brush.polygon([(x * TIMES, y * TIMES) for x, y in ground], fill=PAPER)


def _words(brush: ImageDraw.ImageDraw, card: Card, accent: str) -> None:
    letters, lines = fitted(card.headline, HEADLINES, (WIDTH - 2 * MARGIN) * TIMES, LINES)
    step = letters.size * 1.1
    middle = (SHORE + 30 + BASE - 44) / 2 * TIMES
    first = middle - step * (len(lines) - 1) / 2 + letters.size * 0.33
    for number, line in enumerate(lines):
        letters.write(brush, (MARGIN * TIMES, first + number * step), line, INK)
    x = MARGIN * TIMES
    base = (BASE + 16) * TIMES
    for text, font, ink in ((card.label, STRONG, accent), (card.sender, SMALL, QUIET)):
        if text:
            font.write(brush, (x, base), text, ink)
            x += round(font.width(text) + 26 * TIMES)
    _mark(brush, accent)


def _mark(brush: ImageDraw.ImageDraw, accent: str) -> None:
    """The mark of the site: a bend of the river, and a place on it."""
    path = points("M14 3S9 15 17 18S39 20 39 29S27 36 19 36S7 40 9 45")
    x0, y0, scale = WIDTH - MARGIN - 52, BASE - 28, 1.15
    placed = [((x0 + x * scale) * TIMES, (y0 + y * scale) * TIMES) for x, y in path]
    _stroke(brush, placed, 5.5, INK)
    x, y, reach = (x0 + 38.5 * scale) * TIMES, (y0 + 28 * scale) * TIMES, 7.5 * TIMES
    brush.ellipse((x - reach, y - reach, x + reach, y + reach), fill=accent)
