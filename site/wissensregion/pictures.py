"""One image in the sizes and formats a page offers to browsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wissensregion.models import SiteImage

# Few, since every rendition is made once for every image: small screen, large screen, dense screen.
WIDTHS = (480, 960, 1600)
CROPS = ("480x320", "960x640")
FORMATS = ("avif", "webp")
LOGO = "max-480x240|format-webp"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a ``<picture>`` is made of."""

    fallback: Any
    modern: tuple[tuple[str, str], ...]


def small(image: SiteImage) -> Any:
    """Return a logo's rendition, uncropped; WebP keeps its transparent ground."""
    return image.get_renditions(LOGO)[LOGO]


def sources(image: SiteImage, *, crop: bool = False) -> Sources:
    """Return the renditions of an image, grouped by format with their widths."""
    shapes = [f"fill-{size}" for size in CROPS] if crop else [f"width-{width}" for width in WIDTHS]
    plain = f"{shapes[1]}|format-jpeg"
    renditions = image.get_renditions(
        plain, *(f"{shape}|format-{name}" for name in FORMATS for shape in shapes)
    )
    modern = []
    for name in FORMATS:
        # An image smaller than a step comes out in the same width twice.
        widths = {
            renditions[f"{shape}|format-{name}"].width: renditions[f"{shape}|format-{name}"].url
            for shape in shapes
        }
        srcset = ", ".join(f"{url} {width}w" for width, url in widths.items())
        modern.append((f"image/{name}", srcset))
    return Sources(fallback=renditions[plain], modern=tuple(modern))
