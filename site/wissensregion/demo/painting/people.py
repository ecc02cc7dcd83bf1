"""Scenes with people: a stage, a table. Figures, not portraits."""

from __future__ import annotations

from wissensregion.demo.painting.canvas import HEIGHT, WIDTH, Canvas, mix, rgb

ASPECT = WIDTH / HEIGHT
SKIN = ["f0c9a8", "d9a47e", "a9724f", "e8b892", "7a4c36", "f3d3b8", "c78d66"]
HAIR = ["3a2a22", "8a5a33", "1f1b1d", "c9c3bb", "2a2020", "b5803f", "5b4031"]
# Which of the seven wear a skirt and long hair, and which glasses.
DRESSED = {1, 4}
WITH_GLASSES = {2, 6}
CLOTHES = ["27406b", "8d3b3f", "2f5d57", "3b3a45", "6a4d7c", "a8692d", "34567a"]


def figure(canvas: Canvas, x: float, ground: float, size: float, number: int) -> None:
    """A standing person: head, hair, shoulders, a long coat or jacket and trousers."""
    skin, hair, cloth = (colours[number % 7] for colours in (SKIN, HAIR, CLOTHES))
    top = ground - size
    head, half = size * 0.066 / ASPECT, size * 0.118 / ASPECT
    dark = mix(cloth, "15161f", 0.45)
    neck, hip, foot = top + size * 0.15, top + size * 0.55, ground
    canvas.shadow(x, ground, half * 1.7)
    for side in (-1, 1):
        leg = [
            (x + side * half * 0.08, hip),
            (x + side * half * 0.72, hip),
            (x + side * half * 0.58, foot),
            (x + side * half * 0.12, foot),
        ]
        canvas.shape(leg, rgb(dark))
        canvas.box(
            x + side * half * 0.36 - half * 0.3,
            foot - size * 0.012,
            half * 0.6,
            size * 0.022,
            rgb("1c1a1f"),
        )
    if number in DRESSED:
        skirt = [
            (x - half * 0.75, hip - size * 0.05),
            (x + half * 0.75, hip - size * 0.05),
            (x + half * 0.95, top + size * 0.76),
            (x - half * 0.95, top + size * 0.76),
        ]
        canvas.shape(skirt, rgb(dark))
    torso = [
        (x - half * 0.35, neck),
        (x + half * 0.35, neck),
        (x + half, neck + size * 0.055),
        (x + half * 0.82, hip),
        (x - half * 0.82, hip),
        (x - half, neck + size * 0.055),
    ]
    canvas.shape(torso, rgb(cloth))
    shirt = [(x - half * 0.25, neck), (x + half * 0.25, neck), (x, neck + size * 0.13)]
    canvas.shape(shirt, rgb("f4f1ea"))
    for side in (-1, 1):
        sleeve = [
            (x + side * half * 0.98, neck + size * 0.055),
            (x + side * half * 1.22, neck + size * 0.24),
            (x + side * half * 0.98, top + size * 0.43),
        ]
        canvas.line(sleeve, rgb(mix(cloth, "ffffff", 0.08)), half * 0.42)
        canvas.disc(x + side * half * 0.95, top + size * 0.445, half * 0.2, rgb(skin))
    canvas.box(
        x - half * 0.16,
        top + size * 0.11,
        half * 0.32,
        size * 0.055,
        rgb(mix(skin, "6b3b2b", 0.18)),
    )
    _head(canvas, x, top + size * 0.075, head, (skin, hair, number))


def _head(canvas: Canvas, x: float, y: float, size: float, look: tuple[str, str, int]) -> None:
    skin, hair, number = look
    if number in DRESSED:
        canvas.disc(x, y + size * 0.2, size * 1.28, rgb(hair))
    canvas.disc(x, y - size * 0.22, size * 1.05, rgb(hair))
    canvas.disc(x, y + size * 0.12, size * 0.92, rgb(skin))
    fringe = [
        (x - size * 0.95, y - size * 0.1),
        (x + size * 0.95, y - size * 0.1),
        (x + size * 0.5, y - size * 1.1),
        (x - size * 0.6, y - size * 1.1),
    ]
    canvas.shape(fringe, rgb(hair))
    canvas.disc(x - size * 0.32, y + size * 0.2, size * 0.09, rgb("2a1f1c"))
    canvas.disc(x + size * 0.32, y + size * 0.2, size * 0.09, rgb("2a1f1c"))
    smile = [
        (x - size * 0.28, y + size * 0.75),
        (x, y + size * 0.9),
        (x + size * 0.28, y + size * 0.75),
    ]
    canvas.line(smile, rgb("8a4a40"), size * 0.09)
    if number in WITH_GLASSES:
        for side in (-1, 1):
            rim = [
                (x + side * size * 0.12, y + size * 0.2),
                (x + side * size * 0.55, y + size * 0.2),
            ]
            canvas.line(rim, rgb("3b3a40"), size * 0.3)


def stage(canvas: Canvas) -> None:
    """Seven people in front of a stage, an award among them."""
    canvas.wash(["1b2140", "2a3360", "3d3f6e"], 0, 0.78)
    for n in range(16):
        x = n / 15
        canvas.shape(
            [(x - 0.03, 0), (x + 0.012, 0), (x + 0.006, 0.66), (x - 0.024, 0.66)],
            rgb("8d3b3f", 120 + 60 * (n % 2)),
        )
    canvas.box(0.2, 0.07, 0.6, 0.43, rgb("f1ece0"))
    canvas.box(0.21, 0.085, 0.58, 0.4, rgb("27406b"))
    wave = [
        (0.21 + 0.58 * n / 40, 0.3 + 0.05 * (1 - n / 40) * (1 if n % 20 < 10 else 0.9))
        for n in range(41)
    ]
    for shift, colour in ((0, "5f86b5"), (0.03, "e0a458"), (0.06, "d9e2ec")):
        canvas.line(
            [(x, y + shift + 0.04 * ((x - 0.5) * 3) ** 2) for x, y in wave], rgb(colour, 230), 0.004
        )
    for x in (0.35, 0.5, 0.65):
        canvas.disc(x, 0.36, 0.009, rgb("f1ece0"))
    for x in (0.12, 0.32, 0.5, 0.68, 0.88):
        beam = [(x - 0.006, 0), (x + 0.006, 0), (x + 0.12, 0.8), (x - 0.12, 0.8)]
        canvas.shape(beam, rgb("ffe9bd", 22))
    canvas.wash(["6b4a38", "8a6348", "4b3529"], 0.66, 1)
    for n in range(15):
        canvas.line(
            [(0.5 + (n - 7) * 0.07, 0.66), (0.5 + (n - 7) * 0.17, 1)], rgb("3b2920", 110), 0.0015
        )
    canvas.glow(0.5, 0.86, 0.34, "e8b98a", 105)
    for n in range(7):
        x = 0.14 + 0.12 * n
        size = 0.6 + 0.03 * ((n * 5) % 4) / 3 - (0.02 if n % 3 == 1 else 0)
        figure(canvas, x, 0.93 + 0.012 * (n % 2), size, n)
    # The award: a block of glass, held by the one in the middle.
    canvas.shape(
        [(0.478, 0.66), (0.522, 0.66), (0.516, 0.585), (0.5, 0.565), (0.484, 0.585)],
        rgb("dfeef5", 235),
    )
    canvas.line([(0.486, 0.65), (0.49, 0.595), (0.5, 0.575)], rgb("ffffff"), 0.002)
    canvas.box(0.474, 0.658, 0.052, 0.014, rgb("b08a3e"))


def consultation(canvas: Canvas) -> None:
    """Two people at a table by the window."""
    canvas.wash(["e9e2d3", "ded3bf"], 0, 1)
    canvas.box(0.08, 0.08, 0.56, 0.56, rgb("fbf8f0"))
    canvas.box(0.095, 0.1, 0.53, 0.52, rgb("a9cbd8"))
    for n in range(14):
        width, height = 0.03, canvas.random.uniform(0.08, 0.26)
        canvas.box(
            0.1 + n * 0.0375,
            0.62 - height,
            width,
            height,
            rgb(mix("7e95a8", "b6bfc2", canvas.random.random())),
        )
    canvas.box(0.355, 0.08, 0.012, 0.56, rgb("fbf8f0"))
    canvas.box(0.7, 0.14, 0.2, 0.24, rgb("2f5d57"))
    canvas.line([(0.72, 0.3), (0.77, 0.2), (0.82, 0.27), (0.88, 0.18)], rgb("e0a458"), 0.005)
    canvas.tree(0.945, 0.8, 0.13, ["4f7a52", "6b9460", "3b5f43"])
    for (
        x,
        number,
    ) in ((0.33, 1), (0.68, 6)):
        figure(canvas, x, 1.12, 0.82, number)
    canvas.shape([(0.12, 0.78), (0.88, 0.78), (0.98, 1), (0.02, 1)], rgb("b7865a"))
    canvas.shape([(0.12, 0.78), (0.88, 0.78), (0.885, 0.79), (0.115, 0.79)], rgb("d3a678"))
    for x, tilt in ((0.4, 0.02), (0.52, -0.015), (0.6, 0.01)):
        sheet = [(x, 0.83), (x + 0.08, 0.83 + tilt), (x + 0.085, 0.92 + tilt), (x - 0.005, 0.92)]
        canvas.shape(sheet, rgb("fdfbf5"))
        for n in range(5):
            canvas.line(
                [(x + 0.01, 0.848 + n * 0.012 + tilt * 0.3), (x + 0.066, 0.848 + n * 0.012 + tilt)],
                rgb("8c96a3", 180),
                0.0012,
            )
    canvas.box(0.25, 0.8, 0.03, 0.06, rgb("f5f1e8"))
    canvas.disc(0.265, 0.8, 0.015, rgb("5a3a26"))
