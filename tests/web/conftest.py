"""The site these tests walk over, and everything found on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.crawl import Crawl

if TYPE_CHECKING:
    from tests.live.site import RunningSite

# The second language is linked from the first; the last two are found by nobody.
ENTRANCES = ("/", "/robots.txt", "/sitemap.xml")


@pytest.fixture(scope="session")
def crawl(site: RunningSite) -> Crawl:
    crawl = Crawl(site.url)
    crawl.follow(ENTRANCES)
    return crawl
