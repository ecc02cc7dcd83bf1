"""The site these tests walk over, and everything found on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.crawl import Crawl, sitemap

if TYPE_CHECKING:
    from tests.live.site import RunningSite

ENTRANCES = ("/", "/robots.txt")


@pytest.fixture(scope="session")
def crawl(site: RunningSite) -> Crawl:
    """First what readers find by links, then what only search engines are told of."""
    crawl = Crawl(site.url)
    crawl.follow(ENTRANCES)
    crawl.linked = frozenset(crawl.documents)
    crawl.follow(sitemap(site.url))
    return crawl
