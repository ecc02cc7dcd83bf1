"""Pictures as the API shows them: rights, people and ready sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from wissensregion import pictures
from wissensregion.models import SiteImage
from wissensregion.people import KEYS
from wissensregion.renditions.specs import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterable

# The sizes the site's own pages use; the worker makes them.
SPECS = [f"width-{width}|format-webp" for width in WIDTHS]
MIME = "image/webp"


def images(keys: Iterable[int]) -> dict[int, SiteImage]:
    found: dict[int, SiteImage] = SiteImage.objects.in_bulk(list(keys))
    pictures.fetch(found.values())
    return found


def described(image: SiteImage) -> dict[str, Any]:
    shown = image.may_be_shown
    return {
        "id": image.pk,
        "title": image.title if shown else "",
        "shown_until": image.shown_until,
        # What stands in for a picture that may not be shown any more.
        "notice": image.notice,
        "artwork": image.artwork,
        "credit": image.credit,
        "licence": {
            "code": image.licence,
            "name": image.licence_name,
            "url": image.licence_url,
        },
        "people": [{key: person.get(key, "") for key in KEYS} for person in image.people]
        if shown
        else [],
        "width": image.width,
        "height": image.height,
        "focal_point": {
            key: getattr(image, f"focal_point_{key}") for key in ("x", "y", "width", "height")
        }
        if image.has_focal_point()
        else None,
        "renditions": _renditions(image) if shown else [],
    }


def _renditions(image: SiteImage) -> list[dict[str, Any]]:
    there = pictures.made(image)
    # A picture smaller than a step comes out in the same width twice.
    by_width = {made.width: made for spec in SPECS if (made := there.get(spec))}
    return [
        {
            "url": settings.SITE_URL + made.url,
            "width": width,
            "height": made.height,
            "format": MIME,
        }
        for width, made in sorted(by_width.items())
    ]
