"""The script that keeps the screen of a dispatch fresh, in a browser."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.live.needs import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SCRIPT = (ROOT / "newsletter/static/newsletter/progress.js").read_text()
PAGE = """<!doctype html><title>Desk</title>
<p id="desk-said" role="status" aria-live="polite"></p>
<section id="desk-now" data-live data-url="/" data-every="{every}" data-say="sending, {done} %">
<h2>{done} of 100</h2><span data-until="{until}" hidden></span></section>
<section id="desk-choices" data-live data-key="{key}">
<details id="more"><summary>{key}</summary><form><input id="typed"></form></details></section>
<script src="/progress.js" defer></script>"""


@dataclass
class Screen:
    """What the server shows now, and how often it was asked for it."""

    url: str = ""
    asked: int = 0
    values: dict[str, Any] = field(
        default_factory=lambda: {"every": 1, "done": 10, "key": "pause", "until": "2000-01-01"}
    )


@contextmanager
def served() -> Iterator[Screen]:
    screen = Screen()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path == "/progress.js"
            screen.asked += self.path == "/"
            body = SCRIPT if script else PAGE.format(**screen.values)
            self.send_response(200)
            kind = "text/javascript" if script else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    screen.url = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield screen
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def screen() -> Iterator[Screen]:
    with served() as screen:
        yield screen


@pytest.fixture
def page(chromium: Browser, screen: Screen) -> Iterator[Page]:
    page = chromium.new_page()
    page.goto(screen.url)
    yield page
    page.close()


def test_the_numbers_follow_and_are_read_out_only_when_they_are_news(
    page: Page, screen: Screen
) -> None:
    expect(page.locator("#desk-said")).to_have_text("")
    screen.values |= {"done": 20, "key": "pause cancel"}

    expect(page.locator("h2")).to_have_text("20 of 100")
    expect(page.locator("#desk-said")).to_have_text("sending, 20 %")
    expect(page.locator("summary")).to_have_text("pause cancel")


def test_whoever_is_typing_keeps_the_form_and_still_sees_the_numbers(
    page: Page, screen: Screen
) -> None:
    page.locator("summary").click()
    page.fill("#typed", "why")
    screen.values |= {"done": 30, "key": "resume"}

    expect(page.locator("h2")).to_have_text("30 of 100")
    assert page.input_value("#typed") == "why"
    expect(page.locator("summary")).to_have_text("pause")


def test_when_it_has_ended_nobody_asks_any_more(page: Page, screen: Screen) -> None:
    screen.values |= {"done": 100, "every": 0}
    expect(page.locator("h2")).to_have_text("100 of 100")
    asked = screen.asked

    page.wait_for_timeout(3000)

    assert screen.asked == asked


def test_a_hidden_page_asks_nothing_and_is_fresh_when_it_is_looked_at_again(
    page: Page, screen: Screen
) -> None:
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(1500)
    asked = screen.asked
    screen.values["done"] = 40
    page.wait_for_timeout(3000)
    assert screen.asked == asked

    page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    expect(page.locator("h2")).to_have_text("40 of 100")


def test_the_minute_to_think_again_is_counted_down(page: Page, screen: Screen) -> None:
    screen.values["until"] = page.evaluate("new Date(Date.now() + 90000).toISOString()")

    left = page.locator("[data-until]")
    expect(left).to_be_visible()
    assert left.inner_text().startswith("(1:")
