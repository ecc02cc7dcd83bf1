"""One image in the sizes and formats a page offers to browsers.

Nothing is made here: a visitor's request shows what there is. Until the worker has made the
renditions of a picture, which takes it a moment, pages show artwork in its place.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wagtail.images.models import Filter

from wissensregion.keeping import kept_each
from wissensregion.models import SiteRendition
from wissensregion.renditions.specs import FORMATS, LOGO, plain, shapes, specs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wissensregion.models import SiteImage


@dataclass(frozen=True, slots=True)
class Made:
    """One rendition that is there."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sources:
    """What a ``<picture>`` is made of."""

    fallback: Made
    modern: tuple[tuple[str, str], ...]


def small(image: SiteImage) -> Made | None:
    """Return a logo's rendition, uncropped, if it is there; WebP keeps a clear ground."""
    return made(image).get(LOGO)


def sources(image: SiteImage, *, crop: bool = False) -> Sources | None:
    """Return the renditions of an image, grouped by format with their widths.

    None where there are none yet, or never will be: one bad file must not take down every page
    that shows it; and where the right to show it has ended.
    """
    there = made(image)
    if (fallback := there.get(plain(crop=crop))) is None:
        return None
    modern = []
    for name in FORMATS:
        found = (there.get(f"{shape}|format-{name}") for shape in shapes(crop=crop))
        # An image smaller than a step comes out in the same width twice.
        widths = {each.width: each.url for each in found if each}
        if srcset := ", ".join(f"{url} {width}w" for width, url in widths.items()):
            modern.append((f"image/{name}", srcset))
    return Sources(fallback=fallback, modern=tuple(modern))


def made(image: SiteImage) -> Mapping[str, Made]:
    """The renditions of an image that are there and may be shown, by their filters."""
    return {} if not image.may_be_shown else fetch([image])[image.pk]


def fetch(images: Iterable[SiteImage]) -> dict[int, Mapping[str, Made]]:
    """Fetch the renditions of many images at once; single ones then cost no query."""
    named = {image.pk: image for image in images}

    def read(keys: list[tuple[str, int]]) -> dict[Any, Mapping[str, Made]]:
        found = _read([named[number] for _name, number in keys])
        return {key: found[key[1]] for key in keys}

    found = kept_each([("renditions", number) for number in named], read)
    return {number: there for (_name, number), there in found.items()}


def _read(images: list[SiteImage]) -> dict[int, dict[str, Made]]:
    filters = {spec: Filter(spec=spec) for spec in specs()}
    keys = {
        image.pk: {s: each.get_cache_key(image) for s, each in filters.items()} for image in images
    }
    store = SiteRendition._meta.get_field("file").storage
    rows = (
        SiteRendition.objects.filter(image__in=keys, filter_spec__in=filters)
        .order_by("pk")
        .values_list("image_id", "filter_spec", "focal_point_key", "file", "width", "height")
    )
    found: dict[int, dict[str, Made]] = {image.pk: {} for image in images}
    fitting: dict[int, set[str]] = defaultdict(set)
    for number, spec, key, file, width, height in rows:
        # Around the old focal point, until what is cut around the new one is there.
        if key == keys[number][spec] or spec not in fitting[number]:
            found[number][spec] = Made(store.url(file), width, height)
        if key == keys[number][spec]:
            fitting[number].add(spec)
    return found
