"""Draws renditions of a picture from one decode of its file.

Wagtail decodes the whole file again for each. Here a JPEG is decoded once, at the smallest scale
that still suffices, and each rendition is shrunk from the smallest larger one. Sizes and crops are
Wagtail's own: its filters say what is to be cut out and how large it becomes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from PIL import Image, ImageCms, ImageOps
from wagtail.images.image_operations import BackgroundColorOperation
from wagtail.images.models import Filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wissensregion.models import SiteImage

# What is raised when a file starts like a picture and goes on like something else.
BROKEN = (EOFError, OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError)
# The formats renditions are written in.
WRITTEN = ("avif", "jpeg", "png", "webp")
ORIENTATION = 0x0112
# The first of EXIF's orientations that turn a picture on its side.
ON_ITS_SIDE = 5
# A rendition is made from another only where that one is so much larger: it loses nothing by it.
LARGER = 1.5
# What cannot be shrunk or translated as it is: palettes and the like.
NO_SHADES = {"1", "P", "PA", "LA"}
WHITE = (255, 255, 255)
Box = tuple[float, float, float, float]


class TooManyPixelsError(Exception):
    """The picture has more pixels than this server is to decode."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one filter makes of a picture of a certain size."""

    spec: str
    cut: Box
    size: tuple[int, int]
    format: str
    ground: tuple[int, int, int] = WHITE
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def scale(self) -> float:
        left, top, right, bottom = self.cut
        return max(self.size[0] / (right - left), self.size[1] / (bottom - top))

    @classmethod
    def of(cls, filter_: Filter, image: SiteImage, size: tuple[int, int]) -> Plan:
        transform = filter_.get_transform(image, size)
        ground = WHITE
        wishes: dict[str, Any] = {}
        for operation in filter_.filter_operations:
            if isinstance(operation, BackgroundColorOperation):
                ground = operation.color
            else:
                operation.run(None, image, wishes)
        name = wishes["output-format"]
        return cls(
            spec=filter_.spec,
            cut=tuple(transform.get_rect().round()),
            size=transform.size,
            format=name,
            ground=ground,
            options=_options(name, wishes),
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """One rendition, finished."""

    spec: str
    format: str
    size: tuple[int, int]
    content: bytes


def draw(image: SiteImage, filters: Iterable[Filter], content: bytes) -> Iterator[Drawn]:
    """Draw what the filters want of a picture; the filters name a format each."""
    with Image.open(BytesIO(content)) as original:
        size = _upright_size(original)
        if size[0] * size[1] > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise TooManyPixelsError
        plans = [Plan.of(filter_, image, size) for filter_ in filters]
        whole = _decoded(original, max((plan.scale for plan in plans), default=1.0))
    yield from _Easel(whole, size).draw(plans)


class _Easel:
    """The decoded picture, and what was shrunk from it so far."""

    def __init__(self, whole: Image.Image, size: tuple[int, int]) -> None:
        self.whole = whole
        self.size = size
        self.shrunk: dict[tuple[Box, tuple[int, int]], Image.Image] = {}
        self.written: dict[Any, bytes] = {}

    def draw(self, plans: Iterable[Plan]) -> Iterator[Drawn]:
        for plan in sorted(plans, key=lambda plan: plan.size, reverse=True):
            # A small picture comes out alike at several steps; it is written once.
            key = (plan.cut, plan.size, plan.format, plan.ground)
            if key not in self.written:
                self.written[key] = _encoded(self._shrunk(plan), plan)
            yield Drawn(plan.spec, plan.format, plan.size, self.written[key])

    def _shrunk(self, plan: Plan) -> Image.Image:
        key = (plan.cut, plan.size)
        if key not in self.shrunk:
            source, box = self._source(plan)
            self.shrunk[key] = source.resize(
                plan.size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0
            )
        return self.shrunk[key]

    def _source(self, plan: Plan) -> tuple[Image.Image, Box]:
        larger = [
            other
            for (cut, size), other in self.shrunk.items()
            if cut == plan.cut and size[0] >= LARGER * plan.size[0]
        ]
        if larger:
            source = min(larger, key=lambda other: other.width)
            return source, (0, 0, *source.size)
        across, down = self.whole.width / self.size[0], self.whole.height / self.size[1]
        left, top, right, bottom = plan.cut
        return self.whole, (
            max(0, left * across),
            max(0, top * down),
            min(self.whole.width, right * across),
            min(self.whole.height, bottom * down),
        )


def _upright_size(original: Image.Image) -> tuple[int, int]:
    width, height = original.size
    turned = original.getexif().get(ORIENTATION, 1) >= ON_ITS_SIDE
    return (height, width) if turned else (width, height)


def _decoded(original: Image.Image, scale: float) -> Image.Image:
    """The picture upright in sRGB, not much larger than the scale asks for.

    Without what cameras write into files: where a picture was taken is nobody's business.
    """
    scale = min(scale, 1.0)
    before = original.width
    # Only JPEG can; others stay as they are.
    original.draft("RGB", (ceil(original.width * scale), ceil(original.height * scale)))
    original.load()
    profile = original.info.get("icc_profile")
    mode = "RGBA" if original.has_transparency_data else "RGB"
    # In place, because a large picture need not be there twice.
    ImageOps.exif_transpose(original, in_place=True)
    picture = original
    if picture.mode.startswith("I"):
        # Sixteen bits a pixel, of which Pillow would keep the wrong eight.
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif picture.mode in NO_SHADES:
        picture = picture.convert(mode)
    if (times := int(original.width / before / scale)) > 1:
        picture = picture.reduce(times)
    if profile and (translated := _in_srgb(picture, profile, mode)):
        picture = translated
    picture = picture if picture.mode == mode else picture.convert(mode)
    picture.info.clear()
    return picture


def _in_srgb(picture: Image.Image, profile: bytes, mode: str) -> Image.Image | None:
    """Translate the colours, or leave them where the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _encoded(picture: Image.Image, plan: Plan) -> bytes:
    if plan.format == "jpeg" and picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, (*plan.ground, 255))
        ground.alpha_composite(picture)
        picture = ground.convert("RGB")
    out = BytesIO()
    picture.save(out, plan.format.upper(), **plan.options)
    return out.getvalue()


def _options(name: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """What a filter asks for, or the settings at which file and effort are both small."""
    options: dict[str, Any] = {
        "avif": {"quality": settings.WAGTAILIMAGES_AVIF_QUALITY, "speed": 9},
        "jpeg": {
            "quality": settings.WAGTAILIMAGES_JPEG_QUALITY, "progressive": True, "optimize": True,
        },
        "webp": {"quality": settings.WAGTAILIMAGES_WEBP_QUALITY, "method": 2},
    }.get(name, {})  # fmt: skip
    if f"{name}-quality" in wishes:
        options["quality"] = wishes[f"{name}-quality"]
    return options
