"""Everything on a page can be reached and seen without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.visit import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.live.site import RunningSite
    from tests.web.crawl import Crawl

pytestmark = pytest.mark.browser

# Numbers everything that should take the focus, so that what was reached can be ticked off.
NUMBER = """() => {
  const found = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]')].filter(node =>
    node.tabIndex >= 0 && !node.disabled && node.type !== 'hidden' && node.checkVisibility());
  const radios = new Set();
  const stops = found.filter(node => {
    if (node.type !== 'radio') return true;
    const first = !radios.has(node.name); radios.add(node.name); return first;
  });
  stops.forEach((node, number) => { node.dataset.stop = number; });
  return stops.map(node => node.outerHTML.slice(0, 120));
}"""
FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const style = getComputedStyle(node), box = node.getBoundingClientRect();
  return {
    stop: node.dataset.stop === undefined ? null : Number(node.dataset.stop),
    html: node.outerHTML.slice(0, 120),
    visible: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
      || style.boxShadow !== 'none',
    onScreen: box.width > 0 && box.height > 0
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
IN_MAIN = "() => document.querySelector('main').contains(document.activeElement)"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=DESK)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def examples(crawl: Crawl) -> list[str]:
    """One page of every kind: the shortest address of each depth, in both languages."""
    by_kind: dict[tuple[str, int], str] = {}
    for document in sorted(
        crawl.plain_pages, key=lambda document: (len(document.path), document.path)
    ):
        first, *rest = document.path.removeprefix("/en").strip("/").split("/")
        by_kind.setdefault((document.language + first, len(rest)), document.url)
    return list(by_kind.values())


def test_everything_is_reached_by_the_tab_key_and_shows_it(page: Page, examples: list[str]) -> None:
    problems = {url: found for url in examples if (found := _walk(page, url))}

    assert not problems


def test_everything_is_reached_on_a_phone_too(page: Page, site: RunningSite) -> None:
    page.set_viewport_size(PHONE)

    assert not _walk(page, f"{site.url}/")


def test_the_first_stop_leads_past_the_navigation(page: Page, examples: list[str]) -> None:
    wrong = []
    for url in examples:
        page.goto(url)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        if not page.evaluate(IN_MAIN) and page.locator("main :is(a, button, input)").count():
            wrong.append(url)

    assert not wrong


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_folded_away_opens_by_key(page: Page, site: RunningSite, size: Any) -> None:
    page.set_viewport_size(size)
    page.goto(f"{site.url}/")
    closed = page.locator("details:not([open]) > summary:visible")
    for number in range(closed.count()):
        summary = page.locator("summary:visible").nth(number)
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = (
            "node => node.parentElement.open && node.parentElement.contains(document.activeElement)"
        )

        assert summary.evaluate(inside), summary.inner_text()


def _walk(page: Page, url: str) -> list[str]:
    """Press Tab to the end of the page; return what was missed or could not be seen."""
    page.goto(url)
    stops = page.evaluate(NUMBER)
    reached: set[int] = set()
    problems = []
    for _press in range(len(stops) + 20):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus is None:
            break
        if not (focus["visible"] and focus["onScreen"]):
            problems.append(f"focus cannot be seen on {focus['html']}")
        if focus["stop"] is not None:
            reached.add(focus["stop"])
    missed = [html for number, html in enumerate(stops) if number not in reached]
    return problems + [f"never reached: {html}" for html in missed]
