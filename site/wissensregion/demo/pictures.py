"""The demonstration's pictures: painted when a page first wants them."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Collection

from wissensregion.demo.painting import logos, people, places, plans, river
from wissensregion.demo.painting.canvas import Canvas
from wissensregion.models import Licence, SiteImage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PIL.Image import Image

CATALOGUE = Path(__file__).parent / "content" / "pictures" / "pictures.toml"
COLLECTION = "Demonstration"
CREDIT = "Lotte Lichtblick"
SCENES: dict[str, Callable[[Canvas], None]] = {
    "bend": river.bend,
    "bridge": river.bridge,
    "campus": places.campus,
    "consultation": people.consultation,
    "laboratory": places.laboratory,
    "old_town": river.old_town,
    "plan": plans.plan,
    "skyline": river.skyline,
    "stage": people.stage,
}


class Pictures:
    """The catalogue of pictures, by key."""

    def __init__(self) -> None:
        self.catalogue = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))

    def __call__(self, key: str) -> SiteImage:
        """Return the picture; paint and store it if it is not there yet."""
        entry = self.catalogue[key]
        found = SiteImage.objects.filter(title=entry["title"], collection__name=COLLECTION).first()
        return found or self._store(key, entry)

    def _store(self, key: str, entry: dict[str, Any]) -> SiteImage:
        kind = "png" if "sign" in entry else "jpeg"
        image = SiteImage(
            title=entry["title"],
            description=entry["description"],
            credit=entry.get("credit", CREDIT),
            licence=entry.get("licence", Licence.OWN),
            licence_until=ahead(entry.get("licence_days")),
            people=entry.get("people", []),
            collection=self._collection(),
        )
        content = ContentFile(encode(paint(key, entry), kind), name=f"{key}.{kind}")
        image.file.save(content.name, content, save=False)
        image.full_clean()
        image.save()
        return image

    def _collection(self) -> Collection:
        found = Collection.objects.filter(name=COLLECTION).first()
        return found or Collection.get_first_root_node().add_child(name=COLLECTION)


def ahead(days: int | None) -> date | None:
    """The day so many days from now; none for no number."""
    return None if days is None else timezone.localdate() + timedelta(days=days)


def paint(key: str, entry: dict[str, Any]) -> Image:
    if "sign" in entry:
        return logos.logo(entry["name"], entry["sign"], entry["colour"], entry["accent"])
    canvas = Canvas(key)
    SCENES[entry["scene"]](canvas)
    return canvas.finished()


def encode(image: Image, kind: str) -> bytes:
    buffer = BytesIO()
    if kind == "png":
        image.save(buffer, "PNG", optimize=True)
    else:
        image.save(buffer, "JPEG", quality=88, progressive=True)
    return buffer.getvalue()
