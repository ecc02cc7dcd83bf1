"""Pictures drawn from the river line, for what has no photo.

The line is a sine-generated curve, the shape rivers take by themselves (Langbein and
Leopold, 1966). Around it lie fainter courses, as on maps of where a river ran before.
A seed always gives the same picture; a translation shares its original's seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, HEIGHT = 1200, 800
STEPS = 22
CONTOURS = 8
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the river."""

    x: int
    y: int
    radius: int
    filled: bool


@dataclass(frozen=True, slots=True)
class Artwork:
    """The parts of one picture, as SVG path data."""

    accent: str
    river: str
    shore: str
    contours: tuple[str, ...]
    nodes: tuple[Node, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class _Bend:
    """What distinguishes one river from another."""

    waves: float
    swing: float
    drift: float
    phase: float
    tilt: float
    lift: float

    def course(self, age: float) -> list[Point]:
        """The river ``age`` steps ago: straighter, and a little upstream."""
        swing = self.swing * (1 - 0.11 * age)
        phase = self.phase - 0.17 * age
        x = y = 0.0
        points = [(x, y)]
        for step in range(STEPS):
            along = 2 * pi * (step + 0.5) / STEPS
            heading = swing * (1 + self.drift * sin(along)) * sin(self.waves * along + phase)
            x, y = x + cos(heading), y + sin(heading)
            points.append((x, y))
        return self._placed(points, age)

    def _placed(self, points: list[Point], age: float) -> list[Point]:
        """Stretch the course from edge to edge of the picture and beyond, then tilt it."""
        (x0, y0), (x1, y1) = points[0], points[-1]
        scale = 1.25 * hypot(WIDTH, HEIGHT) / hypot(x1 - x0, y1 - y0)
        middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
        turn_x, turn_y = cos(self.tilt), sin(self.tilt)
        placed = []
        for x, y in points:
            dx, dy = (x - middle_x) * scale, (y - middle_y) * scale * 0.9
            placed.append((
                WIDTH / 2 + dx * turn_x - dy * turn_y,
                HEIGHT / 2 + dx * turn_y + dy * turn_x + self.lift + 14 * age,
            ))  # fmt: skip
        return placed


@lru_cache(maxsize=512)
def draw(seed: str, accent: str = "") -> Artwork:
    """Return the picture of a seed, always the same one."""
    chance = _chances(seed)
    bend = _Bend(
        waves=1.3 + 1.1 * next(chance),
        swing=0.85 + 0.5 * next(chance),
        drift=0.4 * next(chance) - 0.2,
        phase=2 * pi * next(chance),
        tilt=1.1 * next(chance) - 0.55,
        lift=0,
    )
    bend = replace(bend, lift=_centred(bend.course(0)) + 80 * next(chance) - 40)
    river = bend.course(0)
    return Artwork(
        accent=accent or "river",
        river=curve(river),
        shore=_shore(river),
        contours=tuple(curve(bend.course(age * 0.62)) for age in range(CONTOURS, 0, -1)),
        nodes=tuple(_nodes(river, chance)),
    )


def curve(points: Sequence[Point]) -> str:
    """Write a smooth curve through the points (Catmull-Rom, as SVG's smooth Béziers)."""
    padded = [points[0], *points, points[-1]]
    (x, y), *_rest = points
    path = [f"M{x:.0f} {y:.0f}"]
    for before, here, after in zip(padded[1:], padded[2:], padded[3:], strict=False):
        lean_x, lean_y = (after[0] - before[0]) / 6, (after[1] - before[1]) / 6
        path.append(f"S{here[0] - lean_x:.0f} {here[1] - lean_y:.0f} {here[0]:.0f} {here[1]:.0f}")
    return "".join(path)


def _centred(river: Sequence[Point]) -> float:
    """How far to move a river so that wide crops show it whole."""
    shown = [y for x, y in river if 0 < x < WIDTH]
    return HEIGHT / 2 - (min(shown) + max(shown)) / 2


def _shore(river: Sequence[Point]) -> str:
    """The land on the left bank, closed far outside the picture."""
    (start, _y), (end, _z) = river[0], river[-1]
    return f"{curve(river)}L{end:.0f} {2 * HEIGHT}L{start:.0f} {2 * HEIGHT}Z"


def _nodes(river: Sequence[Point], chance: Iterator[float]) -> Iterator[Node]:
    """A few places on the part of the river that every crop of the picture shows."""
    shown = [
        (x, y)
        for x, y in river
        if WIDTH * 0.1 < x < WIDTH * 0.9 and HEIGHT * 0.1 < y < HEIGHT * 0.9
    ]
    for number, (x, y) in enumerate(shown[1::3]):
        yield Node(round(x), round(y), round(13 + 12 * next(chance)), filled=number == 1)


def _chances(seed: str) -> Iterator[float]:
    """Numbers from 0 to 1 that only the seed decides, on every machine alike."""
    round_ = 0
    while True:
        digest = sha256(f"{seed}/{round_}".encode()).digest()
        yield from (int.from_bytes(digest[at : at + 4]) / 2**32 for at in range(0, 32, 4))
        round_ += 1
