"""What an answer costs on a site of 200 stories and on one of 5,000: does it grow, and how?

The exponent says it: 0 is flat, 1 is linear, 2 is what made Wagtail's own search stand still.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from news.models import PER_PAGE
from tests.bench import ratio
from tests.bench.asking import Asker
from tests.bench.stories import HOST, INDEX, SEARCH, Stories

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW, MANY = 200, 5000
FLAT, LINEAR = 0.2, 1.2
FEED, SITEMAP = "/feeds/de.atom", "/sitemap.xml"
# Milliseconds a page that a sitemap may cost.
SITEMAP_PAGE = 0.03


@dataclass(frozen=True, slots=True)
class Growth:
    """What an answer costs at few and at many stories."""

    what: str
    few: float
    many: float
    allowed: float

    @property
    def exponent(self) -> float:
        return math.log(self.many / self.few) / math.log(MANY / FEW)

    @property
    def kept(self) -> bool:
        return self.exponent <= self.allowed

    def __str__(self) -> str:
        verdict = "ok" if self.kept else "GROWS TOO FAST"
        return (
            f"{self.what:<44} {1000 * self.few:7.2f} ms at {FEW}, {1000 * self.many:7.2f} ms at "
            f"{MANY}: exponent {self.exponent:5.2f}, allowed {self.allowed:g}: {verdict}"
        )


def measure() -> Iterator[Growth | ratio.Ratio]:
    as_in_production()
    stories = Stories()
    asker = Asker(get_wsgi_application(), HOST)
    stories.grow(FEW)
    few = {what: asker.seconds(address) for what, address in addresses(FEW).items()}
    stories.grow(MANY)
    many = {what: asker.seconds(address) for what, address in addresses(MANY).items()}
    for what, seconds in few.items():
        yield Growth(what, seconds, many[what], LINEAR if what == "sitemap" else FLAT)
    yield ratio.Ratio(
        "sitemap, a page",
        1000 * many["sitemap"] / MANY,
        "what is allowed",
        SITEMAP_PAGE,
        1,
        unit="ms",
    )


def addresses(total: int) -> dict[str, str]:
    return {
        "story": Stories.address(total // 2),
        "index": INDEX,
        "deep page": f"{INDEX}?page={math.ceil(total / PER_PAGE) - 1}",
        "search": f"{SEARCH}?q=rhein",
        "feed": FEED,
        "sitemap": SITEMAP,
    }


def as_in_production() -> None:
    """Serve no files from here, and keep pictures beside the database of the bench."""
    settings.MEDIA_ROOT = Path(settings.NEWSLETTER_STATE_DIR) / "media"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
