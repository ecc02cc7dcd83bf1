"""Marks for partners: a sign from simple shapes, and a short name beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from wissensregion.demo.painting.canvas import rgb

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (1200, 600)
SHOWN = (600, 300)
MIDDLE = (300.0, 300.0)
REACH = 170.0

Brush = ImageDraw.ImageDraw


def logo(name: str, sign: str, colour: str, accent: str) -> Image.Image:
    image = Image.new("RGB", SIZE, (255, 255, 255))
    brush = ImageDraw.Draw(image)
    SIGNS[sign](brush, colour, accent)
    lines = name.split("|")
    font = ImageFont.load_default(92 if max(map(len, lines)) <= NARROW else 72)
    for number, line in enumerate(lines):
        y = 300 + (number - (len(lines) - 1) / 2) * 110
        brush.text((540, y), line, fill=rgb(colour), font=font, anchor="lm")
    return image.resize(SHOWN, Image.Resampling.LANCZOS)


NARROW = 10


def _around(share: float, radius: float) -> tuple[float, float]:
    angle = share * math.tau - math.pi / 2
    return MIDDLE[0] + math.cos(angle) * radius, MIDDLE[1] + math.sin(angle) * radius


def _disc(brush: Brush, centre: tuple[float, float], radius: float, colour: str) -> None:
    x, y = centre
    brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=rgb(colour))


def _wave(brush: Brush, colour: str, accent: str) -> None:
    for row, shade in enumerate((colour, accent, colour)):
        y = 220 + row * 80
        points = [(130 + n * 3.4, y + 34 * math.sin(n / 100 * math.tau * 1.5)) for n in range(101)]
        brush.line(points, fill=rgb(shade), width=34, joint="curve")


def _fields(brush: Brush, colour: str, accent: str) -> None:
    for column in range(3):
        for row in range(3):
            shade = accent if (column + row) % 2 else colour
            left, top = 135 + column * 112, 135 + row * 112
            brush.rectangle((left, top, left + 96, top + 96), fill=rgb(shade))


def _cogs(brush: Brush, colour: str, accent: str) -> None:
    for n in range(10):
        brush.line([_around(n / 10, 60), _around(n / 10, REACH)], fill=rgb(colour), width=44)
    _disc(brush, MIDDLE, 128, colour)
    _disc(brush, MIDDLE, 66, accent)


def _columns(brush: Brush, colour: str, accent: str) -> None:
    brush.polygon([(120, 230), (300, 120), (480, 230)], fill=rgb(accent))
    for n in range(4):
        brush.rectangle((150 + n * 85, 250, 195 + n * 85, 430), fill=rgb(colour))
    brush.rectangle((120, 445, 480, 480), fill=rgb(colour))


def _arrow(brush: Brush, colour: str, accent: str) -> None:
    brush.polygon([(130, 460), (300, 130), (300, 340)], fill=rgb(colour))
    brush.polygon([(470, 460), (300, 130), (300, 340)], fill=rgb(accent))


def _molecule(brush: Brush, colour: str, accent: str) -> None:
    for n in range(6):
        brush.line([_around(n / 6, 150), _around((n + 1) / 6, 150)], fill=rgb(colour), width=20)
    for n in range(6):
        _disc(brush, _around(n / 6, 150), 42, accent if n % 2 else colour)


def _net(brush: Brush, colour: str, accent: str) -> None:
    for n in range(5):
        for other in range(n + 1, 5):
            brush.line([_around(n / 5, 160), _around(other / 5, 160)], fill=rgb(accent), width=12)
    for n in range(5):
        _disc(brush, _around(n / 5, 160), 40, colour)


def _compass(brush: Brush, colour: str, accent: str) -> None:
    _disc(brush, MIDDLE, REACH, colour)
    _disc(brush, MIDDLE, 138, "ffffff")
    for n in range(4):
        point, left, right = (
            _around(n / 4, 160),
            _around(n / 4 - 0.125, 52),
            _around(n / 4 + 0.125, 52),
        )
        brush.polygon([point, left, MIDDLE], fill=rgb(colour))
        brush.polygon([point, right, MIDDLE], fill=rgb(accent))


SIGNS: dict[str, Callable[[Brush, str, str], None]] = {
    "wave": _wave,
    "fields": _fields,
    "cogs": _cogs,
    "columns": _columns,
    "arrow": _arrow,
    "molecule": _molecule,
    "net": _net,
    "compass": _compass,
}
