"""What the renditions of a photo cost the processor, in times of Wagtail's own way."""

from __future__ import annotations

from io import BytesIO
from time import process_time
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from PIL import Image
from wagtail.images.models import Filter

from tests.bench.ratio import Ratio
from wissensregion.models import SiteImage
from wissensregion.renditions import drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Twelve megapixels, as a telephone takes them, in three widths and three formats.
SIZE = (4000, 3000)
NINE = [
    f"width-{width}|format-{name}"
    for name in ("avif", "webp", "jpeg")
    for width in (400, 800, 1200)
]
ROUNDS = 3


def measure() -> Iterator[Ratio]:
    content = _photo()
    image = SiteImage(file=ContentFile(content, name="photo.jpg"), width=SIZE[0], height=SIZE[1])
    filters = [Filter(spec=spec) for spec in NINE]

    def ours() -> None:
        assert len(list(drawing.draw(image, filters, content))) == len(NINE)

    def wagtails() -> None:
        for each in filters:
            each.run(image, BytesIO(), source=BytesIO(content))

    yield Ratio(
        what="a photo of 12 megapixels, nine renditions",
        seconds=_cheapest(ours),
        limit="Wagtail, one by one",
        limit_seconds=_cheapest(wagtails),
        allowed=0.15,
        unit="CPU-s",
    )


def _cheapest(work: Callable[[], None]) -> float:
    """The processor time of the round others disturbed least."""
    spent = []
    for _round in range(ROUNDS):
        began = process_time()
        work()
        spent.append(process_time() - began)
    return min(spent)


def _photo() -> bytes:
    """As hard to compress as a photo: soft shapes under a sensor's noise."""
    shapes = (
        Image.effect_noise((400, 300), 80).convert("RGB").resize(SIZE, Image.Resampling.BICUBIC)
    )
    noise = Image.effect_noise(SIZE, 12).convert("RGB")
    out = BytesIO()
    Image.blend(shapes, noise, 0.25).save(out, "JPEG", quality=85)
    return out.getvalue()
