"""What readers do: with the pages of the site, and with the links of its mails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.letters import ask
from tests.live.rows import fingerprint, page_rows

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.live.mailbox import Mail
    from tests.live.site import RunningSite

# A page with a single button says the same to GET; only the one-click address takes POST alone.
HARMLESS = {200, 405}
HUMAN_MS = 3000
POLL_MS = 250


def ask_for_the_newsletter(page: Page, site: RunningSite, locale: str, address: str) -> None:
    """Fill the form of the sign-up page as a visitor does."""
    (signup,) = page_rows(site.database_url, "SignupPage", locale)
    page.goto(site.url + signup.path)
    form = page.locator("main form:has(input[type=email])").first
    form.locator("input[type=email]").fill(address)
    for choice in form.locator("input[type=checkbox]").all():
        choice.check()
    # Whoever is faster than this is taken for a program.
    page.wait_for_timeout(HUMAN_MS)
    form.locator("[type=submit]").click()
    expect(page.locator(".notice, main h1").first).to_be_visible()


def wait_for_page(page: Page, url: str, patience: float = 90.0) -> None:
    """Ask for a page that is about to go live until it is there, and open it."""
    until = time.monotonic() + patience
    while not page.request.get(url).ok:
        assert time.monotonic() < until, f"{url} does not go live"
        page.wait_for_timeout(POLL_MS)
    page.goto(url)


def wait_for_picture(page: Page, alt: str, patience: float = 90.0) -> None:
    """Look again until a picture's sizes are made; a drawing stands in for it so long."""
    until = time.monotonic() + patience
    while not page.locator(f"main img[alt='{alt}']").count():
        assert time.monotonic() < until, f"the picture of {alt!r} is not made"
        page.wait_for_timeout(POLL_MS)
        page.reload()


def press_the_button(page: Page, url: str) -> None:
    """Open a link of a mail and press the one button it offers."""
    page.goto(url)
    before = page.content()
    page.locator("main form[method=post] [type=submit]").first.click()
    page.wait_for_load_state()
    assert page.content() != before


def open_everything(mail: Mail, site: RunningSite) -> None:
    """Follow every link as scanners do, and see that no row has changed."""
    before = fingerprint(site.database_url)
    answers = {
        (method, link): ask(link, method) for link in mail.links() for method in ("GET", "HEAD")
    }

    assert {key: status for key, status in answers.items() if status not in HARMLESS} == {}
    assert fingerprint(site.database_url) == before
