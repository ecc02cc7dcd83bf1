"""Chromium, as the machine has it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.live.needs import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# No sandbox: CI runs as root. The rest keeps the browser from talking to anybody by itself.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A busy machine is slow, not broken.
PATIENCE_MS = 30_000


@contextmanager
def open_browser() -> Iterator[Browser]:
    executable = program("chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
