"""The bend of the Rhine the region lies on, as the line that carries the design."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from wissensregion.artwork import Artwork, Node, Point, curve

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 760, 1400
# Longitude and latitude from Monheim down the river to Walsum, by eye: a drawing, not a survey.
COURSE: tuple[Point, ...] = (
    (6.905, 51.020), (6.920, 51.055), (6.885, 51.090), (6.853, 51.118), (6.820, 51.138),
    (6.838, 51.160), (6.842, 51.177), (6.815, 51.172), (6.790, 51.160), (6.770, 51.182),
    (6.745, 51.181), (6.730, 51.196), (6.712, 51.207), (6.722, 51.221), (6.748, 51.217),
    (6.770, 51.224), (6.769, 51.240), (6.745, 51.251), (6.720, 51.255), (6.716, 51.267),
    (6.728, 51.282), (6.734, 51.302), (6.722, 51.322), (6.684, 51.332), (6.650, 51.350),
    (6.662, 51.376), (6.710, 51.391), (6.742, 51.408), (6.728, 51.446), (6.698, 51.466),
    (6.704, 51.500),
)  # fmt: skip
# Which of these are shown as places, and the one the brand stands for.
PLACES, CITY = (2, 4, 9, 12, 21, 24, 28), 15
WEST, NORTH = 6.60, 51.490
PER_DEGREE_EAST, PER_DEGREE_NORTH = 2650, 3180
CONTOURS = 9


@cache
def draw() -> Artwork:
    """Return the river, its older and straighter courses, and the places on it."""
    river = [_placed(point) for point in COURSE]
    courses, course = [], river
    for _age in range(CONTOURS):
        course = _straightened(_straightened(course))
        courses.append(curve(course))
    return Artwork(
        accent="river",
        river=curve(river),
        shore="",
        contours=tuple(reversed(courses)),
        nodes=(
            *(_node(river[place], radius=9, filled=False) for place in PLACES),
            _node(river[CITY], radius=17, filled=True),
        ),
        width=WIDTH,
        height=HEIGHT,
    )


def _placed(point: Point) -> Point:
    east, north = point
    return (east - WEST) * PER_DEGREE_EAST - 40, (NORTH - north) * PER_DEGREE_NORTH


def _straightened(course: Sequence[Point]) -> list[Point]:
    """Let every point move towards its neighbours, as the river once lay."""
    inner = [
        ((ax + 2 * bx + cx) / 4, (ay + 2 * by + cy) / 4)
        for (ax, ay), (bx, by), (cx, cy) in zip(course, course[1:], course[2:], strict=False)
    ]
    return [course[0], *inner, course[-1]]


def _node(point: Point, *, radius: int, filled: bool) -> Node:
    return Node(round(point[0]), round(point[1]), radius, filled)
