"""What a painter has: a ground, light, distance, water and a brush."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

Colour = tuple[int, ...]
Point = tuple[float, float]

# Painted larger than shown, so that edges come out soft.
WIDTH, HEIGHT = 2400, 1600
SHOWN = (1600, 1067)


def rgb(code: str, alpha: int | None = None) -> Colour:
    """A colour from ``rrggbb``."""
    colour = tuple(int(code[n : n + 2], 16) for n in (0, 2, 4))
    return colour if alpha is None else (*colour, alpha)


def mix(one: str, other: str, share: float) -> str:
    """The colour between two, as ``rrggbb``."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Canvas:
    """A picture in the making. Places are shares of its width and height."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a picture, not a secret
        self.image = Image.new("RGB", (WIDTH, HEIGHT))
        self._take_brush()

    def _take_brush(self) -> None:
        # "RGBA" on an opaque picture lets every stroke shine through.
        self.brush = ImageDraw.Draw(self.image, "RGBA")

    def at(self, x: float, y: float) -> Point:
        return x * WIDTH, y * HEIGHT

    def finished(self, size: tuple[int, int] = SHOWN) -> Image.Image:
        """The picture with the grain of paper, in the size it is shown in."""
        size_of_grain = (WIDTH // 3, HEIGHT // 3)
        bytes_of_grain = self.random.randbytes(size_of_grain[0] * size_of_grain[1])
        noise = Image.frombytes("L", size_of_grain, bytes_of_grain).resize((WIDTH, HEIGHT))
        grain = Image.merge("RGB", [noise] * 3)
        textured = ImageChops.soft_light(self.image, grain)
        return Image.blend(self.image, textured, 0.16).resize(size, Image.Resampling.LANCZOS)

    def wash(self, colours: Sequence[str], top: float = 0, bottom: float = 1) -> None:
        """Colours flowing into each other from top to bottom."""
        strip = Image.new("RGB", (1, len(colours)))
        for row, colour in enumerate(colours):
            strip.putpixel((0, row), rgb(colour))
        height = round((bottom - top) * HEIGHT)
        area = strip.resize((1, height), Image.Resampling.BICUBIC).resize((WIDTH, height))
        self.image.paste(area, (0, round(top * HEIGHT)))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: int = 200) -> None:
        """Light that spreads: painted small and enlarged, which blurs it for free."""
        small = Image.new("L", (WIDTH // 16, HEIGHT // 16))
        cx, cy, r = x * WIDTH / 16, y * HEIGHT / 16, radius * WIDTH / 16
        ImageDraw.Draw(small).ellipse((cx - r, cy - r, cx + r, cy + r), fill=strength)
        mask = small.filter(ImageFilter.GaussianBlur(r * 0.6)).resize((WIDTH, HEIGHT))
        self.image.paste(Image.new("RGB", (WIDTH, HEIGHT), rgb(colour)), mask=mask)
        self._take_brush()

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        cx, cy = self.at(x, y)
        r = radius * WIDTH
        self.brush.ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)

    def shadow(self, x: float, y: float, radius: float) -> None:
        """What stands on the ground darkens it."""
        cx, cy = self.at(x, y)
        r = radius * WIDTH
        self.brush.ellipse((cx - r, cy - r * 0.16, cx + r, cy + r * 0.2), fill=rgb("000000", 45))

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        left, top = self.at(x, y)
        self.brush.rectangle((left, top, left + width * WIDTH, top + height * HEIGHT), fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        self.brush.polygon([self.at(*point) for point in points], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 0.002) -> None:
        places = [self.at(*point) for point in points]
        self.brush.line(places, fill=colour, width=max(1, round(width * WIDTH)), joint="curve")

    def ridge(self, y: float, rise: float, colour: Colour, waves: int = 3) -> None:
        """A line of hills or trees, filled down to the lower edge."""
        tunes = [
            (self.random.uniform(1.5, 4) * (n + 1), self.random.uniform(0, math.tau), 0.6**n)
            for n in range(waves)
        ]
        total = sum(weight for *_, weight in tunes)
        steps = 160
        tops = [
            (
                x / steps,
                y - rise * sum(w * math.sin(f * x / steps * 3 + p) for f, p, w in tunes) / total,
            )
            for x in range(steps + 1)
        ]
        self.shape([*tops, (1, 1.02), (0, 1.02)], colour)

    def clouds(self, top: float, bottom: float, colour: str, number: int = 9) -> None:
        """Long soft brush strokes."""
        small = Image.new("L", (WIDTH // 8, HEIGHT // 8))
        brush = ImageDraw.Draw(small)
        for _ in range(number):
            x, y = self.random.uniform(-0.2, 1), self.random.uniform(top, bottom)
            width, height = self.random.uniform(0.15, 0.5), self.random.uniform(0.008, 0.03)
            left, upper = x * WIDTH / 8, y * HEIGHT / 8
            right, lower = left + width * WIDTH / 8, upper + height * HEIGHT / 8
            brush.ellipse((left, upper, right, lower), fill=self.random.randint(60, 150))
        mask = small.filter(ImageFilter.GaussianBlur(5)).resize((WIDTH, HEIGHT))
        self.image.paste(Image.new("RGB", (WIDTH, HEIGHT), rgb(colour)), mask=mask)
        self._take_brush()

    def reflect(self, y: float, depth: float, tint: str, share: float = 0.35) -> None:
        """Water from a line downwards: what stands above it, upside down and darker."""
        line, height = round(y * HEIGHT), round(depth * HEIGHT)
        above = self.image.crop((0, max(0, line - height), WIDTH, line))
        mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        small = mirror.resize((WIDTH // 30, mirror.height // 4)).resize((WIDTH, height))
        water = Image.blend(small, Image.new("RGB", (WIDTH, height), rgb(tint)), share)
        self.image.paste(water, (0, line))
        self._take_brush()

    def ripples(self, top: float, bottom: float, colour: str, number: int = 260) -> None:
        for _ in range(number):
            depth = self.random.random() ** 1.6
            y = top + (bottom - top) * depth
            width = 0.012 + 0.09 * depth * self.random.random()
            x = self.random.uniform(-0.05, 1)
            alpha = self.random.randint(18, 70)
            self.line([(x, y), (x + width, y)], rgb(colour, alpha), 0.0007 + 0.0016 * depth)

    def tree(self, x: float, y: float, size: float, colours: Sequence[str]) -> None:
        """A crown of many dabs on a trunk."""
        self.line([(x, y), (x, y - size)], rgb("4a3b32"), size * 0.06)
        for _ in range(46):
            angle, reach = self.random.uniform(0, math.tau), self.random.random() ** 0.5
            dx = math.cos(angle) * reach * size * 0.36
            dy = math.sin(angle) * reach * size * 0.62
            dab = rgb(self.random.choice(colours), 170)
            self.disc(x + dx, y - size * 1.05 + dy, size * self.random.uniform(0.05, 0.12), dab)
