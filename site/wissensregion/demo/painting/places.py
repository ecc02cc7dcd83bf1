"""Scenes of work and study: a campus, a laboratory."""

from __future__ import annotations

from wissensregion.demo.painting.canvas import Canvas, mix, rgb
from wissensregion.demo.painting.people import figure

CROWD = (0.16, 0.24, 0.46, 0.6, 0.67, 0.86)


def campus(canvas: Canvas) -> None:
    """A campus in spring."""
    canvas.wash(["8fc1dc", "c8e0e4", "f2efe0"], 0, 0.63)
    canvas.clouds(0.03, 0.35, "ffffff", 10)
    for x, width, top, colour in (
        (0.02, 0.3, 0.26, "c9b79c"),
        (0.3, 0.2, 0.36, "9fb2b8"),
        (0.62, 0.36, 0.2, "b8604d"),
    ):
        canvas.box(x, top, width, 0.62 - top, rgb(colour))
        canvas.shape(
            [
                (x + width, top),
                (x + width + 0.02, top + 0.03),
                (x + width + 0.02, 0.62),
                (x + width, 0.62),
            ],
            rgb(mix(colour, "2c2a33", 0.3)),
        )
        columns, rows = round(width / 0.032), round((0.6 - top) / 0.07)
        for column in range(columns):
            for row in range(rows):
                canvas.box(
                    x + 0.01 + width * 0.96 * column / columns,
                    top + 0.025 + row * 0.07,
                    0.019,
                    0.045,
                    rgb(mix("3d5a73", "b9d7e2", canvas.random.random() * 0.7)),
                )
    canvas.wash(["8db566", "76a457", "5d8d4b"], 0.62, 1)
    canvas.shape([(0.44, 0.62), (0.53, 0.62), (0.9, 1.0), (0.2, 1.0)], rgb("e3d6bd"))
    canvas.shape([(0.0, 0.7), (0.48, 0.655), (0.5, 0.67), (0.0, 0.74)], rgb("e3d6bd"))
    blossom = ["f3c6d0", "e79ab0", "fbe3e6", "8fb36a"]
    for x, y, size in (
        (0.08, 0.72, 0.09),
        (0.36, 0.69, 0.07),
        (0.78, 0.72, 0.1),
        (0.95, 0.8, 0.13),
    ):
        canvas.tree(x, y, size, blossom if size != 0.07 else ["5f8f4b", "78a65a", "4b7a42"])
    for n, x in enumerate(CROWD):
        figure(canvas, x, 0.84 + 0.03 * (n % 3), 0.25 + 0.02 * (n % 2), n + 1)


def laboratory(canvas: Canvas) -> None:
    """Light and glass on a bench."""
    canvas.wash(["12324a", "1f5a6b", "5aa0a0", "bfe0d2"], 0, 0.72)
    canvas.glow(0.7, 0.3, 0.25, "e6f7ea", 160)
    step = 0.052
    for row in range(9):
        for column in range(20):
            x, y = column * step + (row % 2) * step / 2, row * step * 1.3
            ring = [
                (x + dx * step * 0.5, y + dy * step * 0.87)
                for dx, dy in (
                    (0, -0.86),
                    (1, -0.43),
                    (1, 0.43),
                    (0, 0.86),
                    (-1, 0.43),
                    (-1, -0.43),
                    (0, -0.86),
                )
            ]
            canvas.line(ring, rgb("e6f7ea", canvas.random.randint(8, 60)), 0.0012)
    canvas.wash(["dfe6e2", "b9c6c4", "8b9da0"], 0.72, 1)
    liquids = ["e0a458", "c9566b", "5f86b5", "7bb37a", "8e6bb0", "e8c35a"]
    for n, colour in enumerate(liquids):
        x = 0.12 + n * 0.15
        if n % 2:
            neck, wide = 0.02, 0.062
            glass = [
                (x - neck, 0.42),
                (x + neck, 0.42),
                (x + neck, 0.54),
                (x + wide, 0.8),
                (x - wide, 0.8),
                (x - neck, 0.54),
            ]
            level = [
                (x - 0.04, 0.68),
                (x + 0.04, 0.68),
                (x + wide * 0.95, 0.79),
                (x - wide * 0.95, 0.79),
            ]
        else:
            glass = [(x - 0.03, 0.3), (x + 0.03, 0.3), (x + 0.03, 0.8), (x - 0.03, 0.8)]
            level = [(x - 0.026, 0.52), (x + 0.026, 0.52), (x + 0.026, 0.79), (x - 0.026, 0.79)]
        canvas.shape(glass, rgb("ffffff", 60))
        canvas.shape(level, rgb(colour, 215))
        canvas.line([*glass, glass[0]], rgb("ffffff", 190), 0.0026)
        canvas.line(
            [(glass[0][0] + 0.008, 0.56), (level[-1][0] + 0.016, 0.77)], rgb("ffffff", 150), 0.003
        )
        canvas.shape(
            [(x - 0.05, 0.8), (x + 0.05, 0.8), (x + 0.09, 0.9), (x - 0.01, 0.9)], rgb(colour, 50)
        )
        for _ in range(9):
            canvas.disc(
                x + canvas.random.uniform(-0.02, 0.02),
                canvas.random.uniform(0.7, 0.78),
                canvas.random.uniform(0.001, 0.004),
                rgb("ffffff", 150),
            )
