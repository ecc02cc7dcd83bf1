"""One address from sign-up to erasure, over real SMTP, with the mails' own links."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.journeys import office, reader
from tests.journeys.letters import (
    ONE_CLICK,
    ask,
    assert_from_a_list,
    assert_honest,
    one_click_address,
)
from tests.live.rows import fingerprint, mentions, page_rows
from wissensregion.demo.logins import EDITOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.live.cms import Cms
    from tests.live.mailbox import Mail, Mailbox
    from tests.live.site import RunningSite
    from wissensregion.demo.logins import Login

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

ADA = "ada.stays.a.while@example.org"


def test_an_address_comes_reads_leaves_and_is_forgotten(
    own_site: RunningSite,
    mailbox: Mailbox,
    signed_in: Callable[[Login], Cms],
    open_page: Callable[..., Page],
) -> None:
    visitor = open_page("en")

    sign_up_and_confirm_twice(own_site, mailbox, visitor)
    sign_up_again_and_get_the_same_answer(own_site, visitor)
    issue = receive_the_next_issue(own_site, mailbox, signed_in(EDITOR))
    choose_another_language(own_site, mailbox, visitor, issue)
    leave_twice_on_the_page(own_site, visitor, issue)
    export_and_erase(own_site)


def sign_up_and_confirm_twice(site: RunningSite, mailbox: Mailbox, visitor: Page) -> None:
    reader.ask_for_the_newsletter(visitor, site, "en", ADA)
    letter = mailbox.wait_for(ADA)
    link = next(link for link in letter.links() if "/confirm/" in link)
    assert_honest(letter, site)
    reader.open_everything(letter, site)

    _changes_once(site, lambda: ask(link, "POST", b""))

    reader.open_everything(letter, site)


def sign_up_again_and_get_the_same_answer(site: RunningSite, visitor: Page) -> None:
    """Nobody learns from the answer whether an address is known."""
    reader.ask_for_the_newsletter(visitor, site, "en", "somebody.else@example.org")
    stranger = visitor.locator("main").inner_text()
    reader.ask_for_the_newsletter(visitor, site, "en", ADA)
    known = visitor.locator("main").inner_text()

    assert known == stranger


def receive_the_next_issue(site: RunningSite, mailbox: Mailbox, cms: Cms) -> Mail:
    drafts = {
        locale: next(
            row for row in page_rows(site.database_url, "IssuePage", locale) if not row.live
        )
        for locale in ("de", "en")
    }
    for draft in drafts.values():
        office.publish(cms, draft.id)
    before = len(mailbox.to(ADA))
    office.wait_until_sent(cms, office.send(cms, drafts["de"].id))
    mail = mailbox.wait_for(ADA, after=before, patience=180)
    assert_honest(mail, site)
    assert_from_a_list(mail)
    reader.open_everything(mail, site)
    return mail


def choose_another_language(
    site: RunningSite, mailbox: Mailbox, visitor: Page, issue: Mail
) -> None:
    """The link in the issue may have been passed on; the settings open by one mailed afresh."""
    passed_on = next(link for link in issue.links() if "/preferences/" in link)
    before = len(mailbox.to(ADA))
    visitor.goto(passed_on)
    visitor.locator("main button[value=settings]").click()
    letter = mailbox.wait_for(ADA, after=before)
    assert_honest(letter, site)
    reader.open_everything(letter, site)
    fresh = next(link for link in letter.links() if "/settings/" in link)
    reader.press_the_button(visitor, fresh)
    opened = fingerprint(site.database_url)

    visitor.locator("main form [name=locale][value=de]").check()
    visitor.locator("main button[value=choose]").click()
    visitor.wait_for_load_state()

    assert fingerprint(site.database_url) != opened


def leave_twice_on_the_page(site: RunningSite, visitor: Page, issue: Mail) -> None:
    link = next(link for link in issue.links() if "/unsubscribe/" in link)
    reader.press_the_button(visitor, link)
    after = fingerprint(site.database_url)

    # Mail programs press again, by the other address too.
    assert ask(link, "POST", b"") == 200
    assert ask(one_click_address(issue), "POST", ONE_CLICK) == 200

    assert fingerprint(site.database_url) == after
    reader.open_everything(issue, site)


def export_and_erase(site: RunningSite) -> None:
    assert ADA in site.manage("export_person", ADA)
    assert mentions(site.database_url, ADA)

    site.manage("erase_person", ADA, "--yes")

    assert not mentions(site.database_url, ADA)
    assert not mentions(site.database_url, urlencode({"": ADA})[1:])
    logs = "".join(path.read_text(errors="replace") for path in site.var.rglob("*.log"))
    assert ADA not in logs


def _changes_once(site: RunningSite, act: Callable[[], int]) -> None:
    before = fingerprint(site.database_url)
    assert act() == 200
    after = fingerprint(site.database_url)
    assert after != before

    assert act() == 200

    assert fingerprint(site.database_url) == after
