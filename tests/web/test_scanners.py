"""Programs that open every address of the site and of its mails, also with a browser."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from tests.live.rows import fingerprint

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.live.mailbox import Mailbox
    from tests.live.site import RunningSite
    from tests.web.crawl import Crawl

AS_OFTEN = 20
READER, ASKING = "scanned@example.org", "scanner@example.org"
# Somebody who reads, with a key for each thing a key can open, and somebody who has asked.
LINKS = f"""
from newsletter.models import Newsletter, Subscription
from newsletter.subscriptions import actions, tokens
from newsletter.subscriptions.models import AccessPurpose
papers = Newsletter.objects.all()[:1]
def ask(address):
    return actions.subscribe(address=address, newsletters=papers, locale="de", source="")
assert actions.confirm(ask("{READER}"))
ask("{ASKING}")
mine = Subscription.objects.get(subscriber__address="{READER}")
for purpose in AccessPurpose:
    actions.ask_for_access(mine.subscriber.address_key, purpose, "de")
urls = [tokens.unsubscribe_url, tokens.one_click_url, tokens.preferences_url]
print("LINKS", *(url(mine) for url in urls))
"""
# What says who may be mailed; the engine's own rows live on while the site runs.
SUBSCRIPTIONS = (
    "newsletter_accesslink", "newsletter_consent", "newsletter_movenotice", "newsletter_sign",
    "newsletter_subscri", "newsletter_suppression", "django_session",
)  # fmt: skip


@pytest.fixture
def keys(site: RunningSite, mailbox: Mailbox) -> list[str]:
    """Every address with a key in it that mails hold, fresh."""
    (line,) = [
        line for line in site.manage("shell", "-c", LINKS).splitlines() if line.startswith("LINKS ")
    ]

    def mailed() -> list[str]:
        mails = [*mailbox.to(READER), *mailbox.to(ASKING)]
        found = [link for mail in mails for link in mail.links() if link.startswith(site.url)]
        return [link for link in found if "/v1." in link]

    mailbox.wait_until(lambda: len(mailed()) >= 3, "mails with keys")
    return [*line.split()[1:], *mailed()]


def subscriptions(site: RunningSite) -> dict[str, str]:
    tables = fingerprint(site.database_url)
    return {name: rows for name, rows in tables.items() if name.startswith(SUBSCRIPTIONS)}


def ask(url: str, method: str) -> int:
    request = urllib.request.Request(url, method=method)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def actions_of_forms(crawl: Crawl) -> set[str]:
    forms = ((page, form) for page in crawl.plain_pages for form in page.all("form"))
    found = {urljoin(page.url, form.get("action") or page.url) for page, form in forms}
    return {url for url in found if urlsplit(url).netloc == urlsplit(crawl.root).netloc}


@pytest.mark.browser
def test_whatever_a_scanner_opens_nobody_is_subscribed_or_lost(
    site: RunningSite, crawl: Crawl, keys: list[str], chromium: Browser
) -> None:
    before = subscriptions(site)

    for url in [*keys, *actions_of_forms(crawl)]:
        for method in ("GET", "HEAD") * AS_OFTEN:
            assert ask(url, method) < 500
    # Pages for everybody, once more each: the crawl has fetched them before.
    for page in crawl.plain_pages:
        assert ask(page.url, "HEAD") == page.status
    browser = chromium.new_page()
    for url in keys:
        for _ in range(AS_OFTEN):
            answer = browser.goto(url)
            assert answer
            assert answer.status == 200
    for url in actions_of_forms(crawl):
        browser.goto(url)
    browser.close()

    assert subscriptions(site) == before
    assert len(keys) >= 6
    assert any(before.values())
