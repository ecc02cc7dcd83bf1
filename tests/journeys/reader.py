"""What readers do: with the pages of the site, and with the links of its mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.letters import ask
from tests.live.rows import fingerprint

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.live.mailbox import Mail
    from tests.live.site import RunningSite

# A page with a single button says the same to GET; only the one-click address takes POST alone.
HARMLESS = {200, 405}


def ask_for_the_newsletter(page: Page, site: RunningSite, path: str, address: str) -> None:
    """Fill the form on a page as a visitor does."""
    page.goto(site.url + path)
    form = page.locator("form[action*='/newsletter/']:has(input[type=email])").first
    form.locator("input[type=email]").fill(address)
    for choice in form.locator("input[type=checkbox]").all():
        choice.check()
    form.locator("[type=submit]").click()
    expect(page.locator(".notice, main h1").first).to_be_visible()


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
