"""What every page promises to people: readable, quiet, fitting on any screen, light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.live.needs import checker
from tests.web.test_documents import MISSING
from tests.web.visit import Visit, look

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.live.site import RunningSite
    from tests.web.crawl import Crawl

pytestmark = pytest.mark.browser
# What stands behind each link on paper.
PRINTED = """() => [...document.querySelectorAll('main a')].filter(a => a.checkVisibility())
    .map(a => getComputedStyle(a, '::after').content.replace('attr(href)', a.getAttribute('href')))
    .join()"""


@dataclass(frozen=True)
class Tour:
    """All pages seen once in light and once in dark."""

    light: list[Visit]
    dark: list[Visit]
    cookies: list[Any]

    @property
    def visits(self) -> list[Visit]:
        return self.light + self.dark


@pytest.fixture(scope="module")
def tour(site: RunningSite, crawl: Crawl, chromium: Browser) -> Tour:
    axe = checker("axe-core/axe.min.js").read_text(encoding="utf-8")
    urls = [page.url for page in crawl.plain_pages] + [site.url + path for path in MISSING]
    light, cookies = look(chromium, urls, axe, dark=False)
    dark, more = look(chromium, urls, axe, dark=True)
    return Tour(light, dark, cookies + more)


def test_axe_finds_nothing_in_the_light(tour: Tour) -> None:
    assert not _violations(tour.light)


def test_axe_finds_nothing_in_the_dark(tour: Tour) -> None:
    assert not _violations(tour.dark)


def test_no_visit_leaves_a_cookie(tour: Tour) -> None:
    assert not tour.cookies


def test_no_visit_asks_another_host(tour: Tour, site: RunningSite) -> None:
    host = urlsplit(site.url).netloc

    assert not {visit.path: found for visit in tour.visits if (found := visit.foreign(host))}


def test_no_page_complains_in_the_console(tour: Tour) -> None:
    # The browser itself reports the status of a missing page.
    visits = [visit for visit in tour.visits if visit.path not in MISSING]

    assert not {visit.path: visit.console for visit in visits if visit.console}


def test_everything_a_page_asks_for_arrives(tour: Tour) -> None:
    assert not {visit.path: visit.failures for visit in tour.visits if visit.failures}


def test_no_page_scrolls_sideways_on_a_phone_enlarged_or_turned_around(tour: Tour) -> None:
    beyond = {visit.path: visit.beyond for visit in tour.light if any(visit.beyond.values())}

    assert not beyond


def test_on_paper_a_story_is_its_text_its_credits_and_where_its_links_lead(
    site: RunningSite, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 673, "height": 900})
    page.emulate_media(media="print")
    page.goto(f"{site.url}/en/news/expat-service-desk-wins-award/")

    shown = page.locator("body").inner_text()
    printed = page.evaluate(PRINTED)
    page.close()

    assert shown.count("Photo: Lotte Lichtblick") == 2
    assert f"{site.url}/en/news/expat-service-desk-wins-award/" in shown
    for absent in ("Skip to content", "Menu", "Search", "Read on", "Mastodon", "Confirm"):
        assert absent not in shown
    assert "(https://forum.example.org/)" in printed.replace('"', "").replace(" ", "")


def _violations(visits: list[Visit]) -> str:
    return "\n".join(
        f"{visit.path}: {sentence}" for visit in visits for sentence in visit.violations
    )
