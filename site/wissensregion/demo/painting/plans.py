"""A town from above, as on a map: water, streets, parks, and the place one looks for."""

from __future__ import annotations

import math

from wissensregion.demo.painting.canvas import Canvas, Point, rgb

PLACE = (0.56, 0.47)


def plan(canvas: Canvas) -> None:
    """Streets on both banks of a river, with a node at the place."""
    canvas.wash(["f3f1ea", "eeece4"])
    _parks(canvas)
    for share in _steps(13):
        canvas.line(_across(share), rgb("ffffff"), 0.006)
        canvas.line(_down(share), rgb("ffffff"), 0.006)
    for share in (0.27, 0.74):
        canvas.line(_across(share), rgb("ffffff"), 0.013)
    # Dabs lie closer than the parts of a broad line, which shine through where it bends.
    for radius, colour in ((0.075, "cfe0e4"), (0.0625, "a9c9d3")):
        for t in _steps(300, beyond=30):
            canvas.disc(*_bank(t), radius, rgb(colour))
    canvas.line([(0.0, 0.62), (0.42, 0.5)], rgb("ffffff"), 0.016)
    canvas.line([(0.0, 0.62), (0.42, 0.5)], rgb("d9c9a4"), 0.009)
    for radius, colour in ((0.034, "ffffff"), (0.028, "b4462a"), (0.014, "ffffff")):
        canvas.disc(*PLACE, radius, rgb(colour))


def _steps(number: int, beyond: int = 1) -> list[float]:
    return [step / number for step in range(-beyond, number + beyond + 1)]


def _bank(t: float) -> Point:
    return 0.24 + 0.13 * math.sin(4.6 * t + 0.4), t


def _across(share: float) -> list[Point]:
    return [(t, share + 0.05 * math.sin(5 * t + share * 3)) for t in _steps(40)]


def _down(share: float) -> list[Point]:
    return [(share + 0.06 * math.sin(4 * t + share * 5), t) for t in _steps(40)]


def _parks(canvas: Canvas) -> None:
    for _ in range(9):
        x, y = canvas.random.uniform(0.3, 1), canvas.random.random()
        for _dab in range(5):
            dx, dy = canvas.random.uniform(-0.05, 0.05), canvas.random.uniform(-0.06, 0.06)
            canvas.disc(x + dx, y + dy, canvas.random.uniform(0.02, 0.05), rgb("d3e2c6"))
