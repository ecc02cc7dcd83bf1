"""What a story costs its reader, and that it stands still while it arrives."""

from __future__ import annotations

import gzip
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.live.needs import ROOT
from tests.web.crawl import Document, fetch, sitemap
from tests.web.visit import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

    from tests.live.site import RunningSite

# A kilobyte as networks count it.
KB = 1000
# Far away, so that fonts and photo come long after the words.
TRAIN = {"offline": False, "latency": 80, "downloadThroughput": 250 * KB, "uploadThroughput": -1}
# How far what stands on the page has jumped, in parts of the window.
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    const add = entries => entries.forEach(entry => { sum += entry.value; });
    const observer = new PerformanceObserver(list => add(list.getEntries()));
    observer.observe({type: 'layout-shift', buffered: true});
    document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => {
        add(observer.takeRecords());
        done(sum);
    })));
})"""


@pytest.fixture(scope="module")
def stories(site: RunningSite) -> list[Document]:
    """Stories with a photo, in both languages."""
    found = []
    for start in ("/aktuelles/", "/en/news/"):
        paths = [urlsplit(url).path for url in sitemap(site.url)]
        pages = (fetch(site.url + path) for path in paths if path.startswith(start))
        found.append(next(page for page in pages if _has_photo(page)))
    return found


def test_a_story_without_its_photo_weighs_less_than_sixty_kilobytes(
    stories: list[Document],
) -> None:
    for story in stories:
        sheets = [fetch(url).body.encode() for url in _linked(story, "stylesheet")]
        styles = sum(len(gzip.compress(sheet)) for sheet in sheets)
        fonts = sum(len(_file(url)) for url in _linked(story, "preload"))
        page = len(gzip.compress(story.body.encode()))
        scripts = [element for element in story.all("script") if element.get("src")]

        assert styles < 15 * KB
        assert styles + fonts + page < 60 * KB, (story.path, styles, fonts, page)
        assert not scripts


def test_every_picture_of_a_story_says_how_much_room_it_takes(stories: list[Document]) -> None:
    for story in stories:
        for image in story.all("img"):
            assert int(image.get("width")) > 1, story.path
            assert int(image.get("height")) > 1, story.path


@pytest.mark.browser
def test_a_story_stands_still_and_loads_nothing_that_was_not_weighed(
    stories: list[Document], chromium: Browser
) -> None:
    for story in stories:
        context = chromium.new_context(viewport=PHONE)
        page = context.new_page()
        requests: list[Request] = []
        # Playwright writes something on its listeners, which a method of a list does not bear.
        page.on("request", partial(requests.append))
        network = context.new_cdp_session(page)
        network.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 80,
                "downloadThroughput": 250 * KB,
                "uploadThroughput": -1,
            },
        )

        page.goto(story.url, wait_until="load")
        shift = page.evaluate(SHIFTS)

        context.close()
        weighed = {*_linked(story, "stylesheet"), *_linked(story, "preload"), story.url}
        icons = {urljoin(story.url, link.get("href")) for link in _links(story, "icon", "manifest")}
        urls = {each.url for each in requests}
        rest = {url for url in urls if not urlsplit(url).path.startswith("/media/")}
        # Lines that the stylesheet draws with are some hundred bytes each.
        lines = {url for url in rest if urlsplit(url).path.endswith(".svg")}
        assert rest - icons - lines <= weighed, story.path
        assert shift < 0.01, story.path


@pytest.mark.browser
def test_a_story_is_whole_without_scripts(stories: list[Document], chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    for story in stories:
        page.goto(story.url)
        assert page.locator("main h1").is_visible()
        assert page.locator("main picture img").first.is_visible()
    context.close()


def _has_photo(page: Document) -> bool:
    return any(True for element in page.all("main") for _picture in element.iter("picture"))


def _links(page: Document, *rels: str) -> list[Any]:
    return [link for link in page.all("link") if link.get("rel") in rels]


def _linked(page: Document, rel: str) -> list[str]:
    return [urljoin(page.url, link.get("href")) for link in _links(page, rel)]


def _file(url: str) -> bytes:
    """What stands at an address of static files, which are served as they lie here."""
    path = urlsplit(url).path.removeprefix("/static/")
    return (ROOT / "site" / "wissensregion" / "static" / path).read_bytes()
