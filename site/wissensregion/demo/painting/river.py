"""Scenes by the river: its bend, its bridges, the city on its bank."""

from __future__ import annotations

import math

from wissensregion.demo.painting.canvas import Canvas, mix, rgb


def bend(canvas: Canvas) -> None:
    """The river from above, in the evening."""
    canvas.wash(["27406b", "6d7fa6", "e7a982", "f6d8a8"], 0, 0.42)
    canvas.glow(0.72, 0.36, 0.12, "ffe9bd", 230)
    canvas.clouds(0.04, 0.28, "f7c9a6", 12)
    for n, colour in enumerate(["7f86a0", "69798c", "55705f", "47663f"]):
        canvas.ridge(0.36 + n * 0.03, 0.015, rgb(colour))
    canvas.wash(["5d7a45", "7d8c4a", "52703d", "3c5a37"], 0.46, 1)
    for n in range(60):
        y = 0.5 + 0.5 * (n / 60) ** 1.4
        width = 0.05 + 0.25 * (y - 0.45)
        x = canvas.random.uniform(-0.1, 1)
        colour = canvas.random.choice(["8fa052", "6d8a48", "b0a457", "4f7140", "98924a"])
        skew = canvas.random.uniform(-0.06, 0.06)
        field = [(x, y), (x + width, y - 0.008), (x + width + skew, y + 0.05), (x + skew, y + 0.06)]
        canvas.shape(field, rgb(colour, 150))
    left, right = [], []
    for n in range(121):
        t = n / 120
        y = 0.455 + 0.57 * t
        middle = 0.52 + (0.1 + 0.3 * t) * math.sin(6.6 * t**0.62 - 0.6)
        half = 0.006 + 0.11 * t**1.4
        left.append((middle - half, y))
        right.append((middle + half, y))
    canvas.shape([*left, *reversed(right)], rgb("c9a58b"))
    inner = 0.9
    canvas.shape(
        [
            *[(r[0] + (x - r[0]) * inner, y) for (x, y), r in zip(left, right, strict=True)],
            *reversed(
                [
                    (lft[0] + (x - lft[0]) * inner, y)
                    for (x, y), lft in zip(right, left, strict=True)
                ]
            ),
        ],
        rgb("8ea3bd"),
    )
    for _ in range(200):
        t = canvas.random.random() ** 0.7
        index = min(119, int(t * 120))
        (x1, y), (x2, _y) = left[index], right[index]
        x = canvas.random.uniform(x1 + (x2 - x1) * 0.12, x2 - (x2 - x1) * 0.25)
        colour = canvas.random.choice(["f4cfa9", "7690b0", "e8d9cf"])
        canvas.line([(x, y), (x + (x2 - x1) * 0.12, y)], rgb(colour, 90), 0.001 + 0.0015 * t)
    for _ in range(34):
        y = canvas.random.uniform(0.5, 0.98)
        x = canvas.random.random()
        index = min(119, max(0, int((y - 0.455) / 0.57 * 120)))
        if left[index][0] - 0.03 < x < right[index][0] + 0.03:
            continue
        canvas.tree(x, y, 0.01 + 0.045 * (y - 0.45), ["3b5b33", "4d7038", "61813f", "2f4d31"])


def _skyline(canvas: Canvas, base: float, colours: tuple[str, str], lights: str | None) -> None:
    """Houses along a bank, a slender tower among them."""
    x = -0.02
    while x < 1:
        width = canvas.random.uniform(0.02, 0.055)
        height = canvas.random.uniform(0.05, 0.15)
        colour = mix(*colours, canvas.random.random())
        canvas.box(x, base - height, width, height, rgb(colour))
        if canvas.random.random() < 0.4:
            peak = [
                (x, base - height),
                (x + width / 2, base - height - 0.04),
                (x + width, base - height),
            ]
            canvas.shape(peak, rgb(mix(colour, "2b2f45", 0.25)))
        if lights:
            _windows(canvas, x, base - height, (width, height), lights)
        x += width * canvas.random.uniform(0.75, 1.05)


def _windows(canvas: Canvas, x: float, y: float, size: tuple[float, float], colour: str) -> None:
    columns, rows = max(2, round(size[0] / 0.009)), max(2, round(size[1] / 0.018))
    for column in range(columns):
        for row in range(rows):
            if canvas.random.random() < 0.45:
                left = x + size[0] * (column + 0.28) / columns
                top = y + size[1] * (row + 0.25) / rows
                canvas.box(left, top, 0.0032, 0.007, rgb(colour, canvas.random.randint(120, 235)))


def _tower(canvas: Canvas, x: float, base: float, colour: str) -> None:
    shaft = [
        (x - 0.006, base),
        (x + 0.006, base),
        (x + 0.0035, base - 0.36),
        (x - 0.0035, base - 0.36),
    ]
    canvas.shape(shaft, rgb(colour))
    pod = [
        (x - 0.021, base - 0.385),
        (x + 0.021, base - 0.385),
        (x + 0.008, base - 0.34),
        (x - 0.008, base - 0.34),
    ]
    canvas.shape(pod, rgb(mix(colour, "ffffff", 0.12)))
    canvas.box(x - 0.013, base - 0.405, 0.026, 0.02, rgb(colour))
    canvas.line([(x, base - 0.4), (x, base - 0.52)], rgb(colour), 0.0022)


def skyline(canvas: Canvas) -> None:
    """The bank in the blue hour, its lights in the water."""
    canvas.wash(["182848", "3a4f86", "8d7fa8", "eeb89a"], 0, 0.66)
    canvas.clouds(0.05, 0.42, "c79cb0", 14)
    canvas.glow(0.2, 0.6, 0.2, "f8cfa4", 150)
    _skyline(canvas, 0.64, ("4a4f7c", "6b6a94"), None)
    _tower(canvas, 0.7, 0.65, "353a63")
    _skyline(canvas, 0.66, ("2a3056", "464a75"), "ffdf9e")
    for n, lean in enumerate((-0.012, 0.014, -0.008)):
        x = 0.42 + n * 0.045
        tops = [(x + lean, 0.47 - 0.02 * n), (x + 0.036 + lean * 0.4, 0.455 + 0.015 * n)]
        body = [(x, 0.66), *tops, (x + 0.038, 0.66)]
        canvas.shape(body, rgb(["c3c7da", "b8735e", "e4ddd6"][n]))
        _windows(canvas, x + 0.004, 0.5, (0.03, 0.15), "4a5580")
    canvas.box(0, 0.655, 1, 0.012, rgb("1d2440"))
    canvas.reflect(0.667, 0.34, "22335c", 0.3)
    canvas.ripples(0.68, 1, "f4d3ac", 200)
    canvas.ripples(0.68, 1, "16223f", 240)


def bridge(canvas: Canvas) -> None:
    """A cable-stayed bridge on a clear morning."""
    canvas.wash(["7fb0d0", "b5d3df", "f3e6cf"], 0, 0.6)
    canvas.clouds(0.05, 0.4, "ffffff", 12)
    for n, colour in enumerate(["a8bcc4", "86a39c", "6b8f6d"]):
        canvas.ridge(0.545 + n * 0.018, 0.012, rgb(colour), 4)
    _skyline(canvas, 0.6, ("b9b3a8", "8f9aa5"), None)
    canvas.box(0, 0.595, 1, 0.02, rgb("5d7f5c"))
    deck = 0.54
    mast_x, mast_top = 0.37, 0.07
    for side in (-1, 1):
        for n in range(1, 11):
            y = mast_top + 0.026 * n
            reach = mast_x + side * (0.06 + 0.052 * (11 - n)) * (1.15 if side > 0 else 0.75)
            canvas.line([(mast_x, y), (reach, deck)], rgb("eef1ee", 225), 0.0013)
    for shift in (-0.008, 0.008):
        legs = [
            (mast_x + shift - 0.005, 0.64),
            (mast_x - 0.003, mast_top),
            (mast_x + 0.003, mast_top),
            (mast_x + shift + 0.005, 0.64),
        ]
        canvas.shape(legs, rgb("2f6f73"))
    canvas.shape(
        [(-0.02, deck + 0.012), (1.02, deck - 0.03), (1.02, deck - 0.002), (-0.02, deck + 0.038)],
        rgb("2c5f66"),
    )
    canvas.line([(-0.02, deck + 0.008), (1.02, deck - 0.034)], rgb("f4efe2"), 0.003)
    for x in (0.06, 0.68, 0.9):
        canvas.box(x, deck, 0.014, 0.09, rgb("7d9291"))
    canvas.reflect(0.615, 0.39, "4f8794", 0.42)
    canvas.ripples(0.63, 1, "e9f3ee", 260)
    canvas.ripples(0.63, 1, "2a5a6b", 240)
    hull = [(0.58, 0.76), (0.86, 0.75), (0.84, 0.79), (0.6, 0.795)]
    canvas.shape(hull, rgb("8e3f35"))
    canvas.box(0.6, 0.733, 0.16, 0.022, rgb("d8b36a"))
    canvas.box(0.79, 0.705, 0.045, 0.05, rgb("f2ede2"))
    canvas.ripples(0.785, 0.82, "f7f5ee", 60)


def old_town(canvas: Canvas) -> None:
    """Gabled houses on the promenade, in autumn."""
    canvas.wash(["e9c9a0", "f3dcb6", "f8ecd4"], 0, 0.75)
    canvas.clouds(0.02, 0.3, "ffffff", 10)
    colours = [
        "c9735a",
        "d9a25f",
        "e8d3ae",
        "8fa6a0",
        "b8564b",
        "dcb98c",
        "7c8fa6",
        "cfc3ae",
        "bf8360",
    ]
    x = 0.01
    for n in range(11):
        width = canvas.random.uniform(0.075, 0.1)
        top = canvas.random.uniform(0.24, 0.36)
        colour = colours[n % len(colours)]
        canvas.box(x, top, width, 0.48, rgb(colour))
        canvas.box(x + width * 0.93, top, width * 0.07, 0.48, rgb(mix(colour, "3a2a2a", 0.25)))
        steps = [
            (x, top),
            (x + width * 0.18, top - 0.05),
            (x + width * 0.34, top - 0.05),
            (x + width * 0.38, top - 0.1),
            (x + width * 0.62, top - 0.1),
            (x + width * 0.66, top - 0.05),
            (x + width * 0.82, top - 0.05),
            (x + width, top),
        ]
        gable = steps if n % 2 else [(x, top), (x + width / 2, top - 0.11), (x + width, top)]
        canvas.shape(gable, rgb(mix(colour, "6b3b33", 0.25)))
        for row in range(4):
            for column in range(3):
                left = x + width * (0.14 + 0.27 * column)
                canvas.box(left, top + 0.035 + 0.098 * row, width * 0.17, 0.06, rgb("fbf4e3"))
                canvas.box(
                    left + 0.002,
                    top + 0.04 + 0.098 * row,
                    width * 0.17 - 0.004,
                    0.05,
                    rgb("51606e"),
                )
        x += width
    canvas.box(0, 0.735, 1, 0.03, rgb("b9aa92"))
    canvas.wash(["cbbfa9", "b3a58f", "9c8f7d"], 0.765, 0.86)
    autumn = ["c8772e", "dd9a3c", "a8562a", "e3b654", "8f7a35"]
    for n in range(9):
        canvas.tree(0.06 + n * 0.112, 0.8, 0.075 + 0.01 * (n % 3), autumn)
    canvas.box(0, 0.855, 1, 0.012, rgb("6c6257"))
    canvas.reflect(0.867, 0.14, "56707c", 0.45)
    canvas.ripples(0.87, 1, "f5e3c4", 140)
