"""A story that no cache answers for, beside a stock Wagtail page that says the same."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tests.bench.asking import Asker
from tests.bench.growth import as_in_production
from tests.bench.ratio import Ratio
from tests.bench.stories import HOST, Stories
from wissensregion import keeping

if TYPE_CHECKING:
    from collections.abc import Iterator

STORIES = 30
LIMIT = "a stock Wagtail page"


def measure() -> Iterator[Ratio]:
    as_in_production()
    stories = Stories()
    stories.grow(STORIES)
    asker = Asker(get_wsgi_application(), HOST)
    address = Stories.address(STORIES // 2)
    stock = 1000 * stock_seconds()
    made = 1000 * asker.seconds(address)
    yield Ratio("story, for whoever comes second", made, LIMIT, stock, 1 / 20, unit="ms")
    anew = 1000 * asker.seconds(address, before=keeping.forget)
    yield Ratio("story, with all around it made anew", anew, LIMIT, stock, 1, unit="ms")


def stock_seconds() -> float:
    """CPU seconds of a stock page, measured in the same way in a process of its own."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.stock.settings",
        "STOCK_FOLDER": str(settings.NEWSLETTER_STATE_DIR),
    }
    command = [sys.executable, "-m", "tests.bench.stock"]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(said.stdout.split()[-1])
