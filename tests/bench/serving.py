"""The site as an operator runs it, over HTTP: beside nginx with files, and Django's own cache.

A third limit is the web server itself, when its application does nothing but give the answer.

One core is the server's, the other one wrk's. All servers give the same bytes, in turns, so that
whatever else the machine does slows all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from tests.bench import bare
from tests.bench.load import Load, load
from tests.bench.ratio import Ratio
from tests.bench.smtp import on_core
from tests.bench.stories import INDEX, SEARCH, Stories
from tests.live import debian
from tests.live.needs import ROOT
from tests.live.nginx import giving_away
from tests.live.serving import HOST, PRODUCTION, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live.serving import Server

STORIES, ROUNDS = 200, 3
SECONDS, WARM_UP, PAUSE = 3, 1, 1
# As the proxy says it that ends TLS.
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}
STORY = Stories.address(STORIES // 2)
CACHED = {
    "story": STORY,
    "index": INDEX,
    "feed": "/feeds/de.atom",
    "sitemap": "/sitemap.xml",
    "API": "/api/v1/pages/?type=news.NewsPage&locale=de",
}
# With a parameter nobody knows, Django is asked each time.
UNCACHED_STORY, UNCACHED_SEARCH = f"{STORY}?fresh=1", f"{SEARCH}?q=rhein&fresh=1"
# How many times as long as a file of nginx a cached answer may take, as the cache of Django, a
# search as a story, and a cached answer as the web server needs for it alone.
OF_NGINX, OF_DJANGO, OF_STORY, OF_SERVER = 2.5, 1 / 8, 8, 1.25


@dataclass(slots=True)
class Place:
    """One address of one server, and what it did under load in each round."""

    server: Server
    address: str
    loads: list[Load] = field(default_factory=list)

    def warm_up(self) -> None:
        """Let every thread of the server have its connections and its compiled templates."""
        with on_core(1):
            load(self.server.url(self.address), HEADERS, WARM_UP)

    def measure(self) -> None:
        with on_core(1):
            self.loads.append(load(self.server.url(self.address), HEADERS, SECONDS))
        # Servers still answer what was asked when the load ended.
        time.sleep(PAUSE)

    @property
    def microseconds(self) -> float:
        return 1e6 / self.best.rate

    @property
    def best(self) -> Load:
        """The round that others disturbed least."""
        return max(self.loads, key=lambda each: each.rate)

    def beside(self, what: str, limit: str, other: Place, allowed: float) -> Ratio:
        said = f"{what} ({self.best.rate:,.0f}/s, p99 {self.best.p99:.1f} ms)"
        return Ratio(said, self.microseconds, limit, other.microseconds, allowed, unit="µs")


def measure() -> Iterator[Ratio]:
    try:
        debian.program("nginx", "nginx")
        debian.program("wrk", "wrk", "libluajit-5.1-2")
    except debian.MissingError as missing:
        sys.stdout.write(f"serving    left out: {missing}\n")
        return
    folder = Path(settings.NEWSLETTER_STATE_DIR)
    environment = _site(folder)
    with ExitStack() as running:
        with on_core(0):
            ours = running.enter_context(serving(environment, folder / "ours.log"))
            with_django = {**environment, "DJANGO_SETTINGS_MODULE": "tests.bench.django_cache"}
            django = running.enter_context(serving(with_django, folder / "django.log"))
            ours.wait()
            django.wait()
            _answer(django, STORY)
            told = bare.save(*_answer(ours, STORY), folder / "answer.json")
            alone = running.enter_context(
                serving(environment | told, folder / "bare.log", "tests.bench.bare:application")
            )
            alone.wait()
            files = {what: _answer(ours, address)[1].encode() for what, address in CACHED.items()}
            nginx = running.enter_context(giving_away(files, folder / "nginx"))
        cached = {what: Place(ours, address) for what, address in CACHED.items()}
        given_away = {what: Place(nginx, f"/{what}") for what in CACHED}
        by_django, by_server = Place(django, STORY), Place(alone, STORY)
        story, search = Place(ours, UNCACHED_STORY), Place(ours, UNCACHED_SEARCH)
        places = [by_django, by_server, story, search]
        for what in CACHED:
            places += [cached[what], given_away[what]]
        for place in places:
            place.warm_up()
        for place in places * ROUNDS:
            place.measure()
    yield cached["story"].beside("cached story", "Django's cache middleware", by_django, OF_DJANGO)
    yield cached["story"].beside("cached story", "Granian with one answer", by_server, OF_SERVER)
    for what, place in cached.items():
        yield place.beside(f"cached {what}", "nginx with a file", given_away[what], OF_NGINX)
    yield search.beside(
        "uncached search", f"an uncached story ({story.best.rate:,.0f}/s)", story, OF_STORY
    )


def _site(folder: Path) -> dict[str, str]:
    """A site with stories as it runs in production, and what its processes are told."""
    Stories(HOST).grow(STORIES)
    connection.close()
    environment = {
        **os.environ,
        **PRODUCTION,
        "DJANGO_SETTINGS_MODULE": "tests.bench.production",
        "VAR_DIR": str(folder),
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput"],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    return environment


def _answer(server: Server, address: str) -> tuple[list[tuple[str, str]], str]:
    """Headers and text a reader gets who takes them as they are, without any compression."""
    status, headers, text = server.answer(address, **HEADERS)
    assert status == 200, f"{address} answered {status}"
    return headers, text
