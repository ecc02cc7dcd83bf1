"""One image in the sizes and formats a page offers to browsers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wagtail.images.models import SourceImageIOError

if TYPE_CHECKING:
    from wissensregion.models import SiteImage

logger = logging.getLogger(__name__)

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


def small(image: SiteImage) -> Any | None:
    """Return a logo's rendition, uncropped, if its file is there; WebP keeps a clear ground."""
    return (_renditions(image, LOGO) or {}).get(LOGO)


def sources(image: SiteImage, *, crop: bool = False) -> Sources | None:
    """Return the renditions of an image, grouped by format with their widths.

    None where its file is lost: one missing file must not take down every page that shows it;
    and where the right to show it has ended.
    """
    shapes = [f"fill-{size}" for size in CROPS] if crop else [f"width-{width}" for width in WIDTHS]
    plain = f"{shapes[1]}|format-jpeg"
    renditions = _renditions(
        image, plain, *(f"{shape}|format-{name}" for name in FORMATS for shape in shapes)
    )
    if renditions is None:
        return None
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


def _renditions(image: SiteImage, *filters: str) -> dict[str, Any] | None:
    if not image.may_be_shown:
        return None
    try:
        renditions: dict[str, Any] = image.get_renditions(*filters)
    except SourceImageIOError:
        logger.exception("The file of picture %s is missing", image.pk)
        return None
    return renditions
