"""Which renditions a picture gets, as Wagtail names them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from wissensregion.plugin import plugins

# Few, since each is made for every picture: small screen, large screen, dense screen.
WIDTHS = (480, 960, 1600)
CROPS = ("480x320", "960x640")
FORMATS = ("avif", "webp")
LOGO = "max-480x240|format-webp"


def shapes(*, crop: bool) -> list[str]:
    """The sizes of one use, small to large."""
    return [f"fill-{size}" for size in CROPS] if crop else [f"width-{width}" for width in WIDTHS]


def plain(*, crop: bool) -> str:
    """What a browser gets that knows none of the modern formats."""
    return f"{shapes(crop=crop)[1]}|format-jpeg"


@cache
def specs() -> tuple[str, ...]:
    """All renditions of a picture: those of the site's own pages, and those plugins ask for."""
    own = [
        *(
            f"{shape}|format-{name}"
            for crop in (False, True)
            for name in FORMATS
            for shape in shapes(crop=crop)
        ),
        plain(crop=False),
        plain(crop=True),
        LOGO,
    ]
    asked = (spec for plugin in plugins() for spec in plugin.renditions)
    return tuple(dict.fromkeys([*own, *asked]))


@cache
def recipe() -> str:
    """Another one when another version of the site, or another plugin, wants other renditions."""
    return sha256(" ".join(specs()).encode()).hexdigest()[:16]
