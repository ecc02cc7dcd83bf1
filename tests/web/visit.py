"""One look at a page in a browser, and everything that happened meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser, Page, ViewportSize

# WCAG 2.2 AA and what axe calls good practice; nothing is left out.
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']})"
BEYOND = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE: ViewportSize = {"width": 360, "height": 740}
# A screen of 1280 by 1024 pixels, enlarged to 400 %.
ENLARGED: ViewportSize = {"width": 320, "height": 256}
# A script that is written from right to left turns a page around.
TURN = "() => { document.documentElement.dir = 'rtl'; document.documentElement.lang = 'ar'; }"
DESK: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class Visit:
    """What a browser saw on one page."""

    path: str
    violations: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    # How many pixels a page is wider than the screen.
    beyond: dict[str, int] = field(default_factory=dict)

    def foreign(self, host: str) -> list[str]:
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != host
        ]


def look(
    browser: Browser, urls: Iterable[str], axe: str, *, dark: bool
) -> tuple[list[Visit], list[Any]]:
    """Visit each page; return what was seen, and the cookies left at the end."""
    context = browser.new_context(viewport=DESK, color_scheme="dark" if dark else "light")
    context.set_default_timeout(60_000)
    page = context.new_page()
    visits = [_visit(page, url, axe) for url in urls]
    cookies = list(context.cookies())
    context.close()
    return visits, cookies


def _visit(page: Page, url: str, axe: str) -> Visit:
    visit = Visit(urlsplit(url).path)
    listeners = {
        "request": lambda request: visit.requests.append(request.url),
        "requestfailed": lambda request: visit.failures.append(request.url),
        "console": lambda message: visit.console.append(f"{message.type}: {message.text}"),
        "pageerror": lambda error: visit.console.append(f"error: {error}"),
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    page.set_viewport_size(DESK)
    page.goto(url, wait_until="load")
    page.evaluate(axe)
    visit.violations = [_sentence(item) for item in page.evaluate(RUN_AXE)["violations"]]
    for name, size in (("phone", PHONE), ("enlarged", ENLARGED)):
        page.set_viewport_size(size)
        visit.beyond[name] = page.evaluate(BEYOND)
    page.evaluate(TURN)
    visit.beyond["enlarged, from right to left"] = page.evaluate(BEYOND)
    page.set_viewport_size(DESK)
    visit.beyond["from right to left"] = page.evaluate(BEYOND)
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    return visit


def _sentence(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']}: {node['failureSummary'][:200]}" for node in violation["nodes"][:3]]
    return f"{violation['id']} ({len(violation['nodes'])}x) {violation['help']}: {nodes}"
