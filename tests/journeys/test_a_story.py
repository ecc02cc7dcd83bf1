"""From an award to a reader's inbox: the product's main job, in a browser and over SMTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import office, reader, words
from tests.journeys.letters import (
    ONE_CLICK,
    ask,
    assert_from_a_list,
    assert_honest,
    one_click_address,
)
from tests.live.rows import fingerprint, page_rows
from wissensregion.demo.logins import CAMPAIGN, EDITOR, PARTNER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.live.cms import Cms
    from tests.live.mailbox import Mail, Mailbox
    from tests.live.rows import PageRow
    from tests.live.site import RunningSite
    from wissensregion.demo.logins import Login

pytestmark = pytest.mark.browser

ADA = "ada.reads@example.org"
BEN = "ben.liest@example.org"


def test_an_award_becomes_a_mail_in_the_readers_language(
    own_site: RunningSite,
    mailbox: Mailbox,
    signed_in: Callable[[Login], Cms],
    open_page: Callable[..., Page],
    photo: Path,
) -> None:
    visitor = open_page()
    editor = signed_in(EDITOR)

    story = publish_the_award_story(own_site, editor, visitor, photo)
    translate_it(own_site, editor, visitor, story)
    let_a_partner_contribute(own_site, mailbox, signed_in, visitor)
    subscribe(own_site, mailbox, visitor, "en", ADA)
    subscribe(own_site, mailbox, visitor, "de", BEN)
    issue = compose_the_issue(own_site, editor)
    readers = office.send(editor, issue.id)
    office.wait_until_sent(editor, readers)

    english = mailbox.wait_for(ADA, after=1, patience=180)
    german = mailbox.wait_for(BEN, after=1, patience=180)
    check_the_mails(own_site, english, german)
    leave_by_one_click(own_site, english)
    everybody_got_it_once(mailbox, readers)


def publish_the_award_story(site: RunningSite, cms: Cms, visitor: Page, photo: Path) -> PageRow:
    (index,) = page_rows(site.database_url, "NewsIndexPage", "de")
    office.write_award_story(cms, index.id, photo)
    story = _page(site, "AwardStoryPage", "de", words.TITLE)
    assert _status(visitor, site, story) == 404

    reader.wait_for_page(visitor, site.url + story.path)
    reader.wait_for_picture(visitor, words.ALT)

    expect(visitor.locator("h1")).to_have_text(words.TITLE)
    expect(visitor.locator("html")).to_have_attribute("lang", "de")
    expect(visitor.locator("main")).to_contain_text(words.CREDIT)
    expect(visitor.locator(f"main img[alt='{words.ALT}']").first).to_be_visible()
    shown = visitor.locator("main").inner_text()
    places = [shown.index(name) for name in words.PEOPLE]
    assert places == sorted(places), "people stand in another order than in the picture"
    return story


def translate_it(site: RunningSite, cms: Cms, visitor: Page, story: PageRow) -> None:
    office.publish_translation(cms, story.id, words.ENGLISH)
    english = _page(site, "AwardStoryPage", "en", words.ENGLISH[words.TITLE])

    visitor.goto(site.url + english.path)

    expect(visitor.locator("h1")).to_have_text(english.title)
    expect(visitor.locator("html")).to_have_attribute("lang", "en")
    expect(visitor.locator("main")).to_contain_text(words.ENGLISH[words.PARAGRAPH])
    expect(visitor.locator("main")).not_to_contain_text(words.PARAGRAPH)
    other = visitor.locator("link[rel=alternate][hreflang=de]")
    expect(other).to_have_attribute("href", site.url + story.path)


def let_a_partner_contribute(
    site: RunningSite, mailbox: Mailbox, signed_in: Callable[[Login], Cms], visitor: Page
) -> None:
    partner, campaign = signed_in(PARTNER), signed_in(CAMPAIGN)
    rooms = page_rows(site.database_url, "ContributionIndexPage", "de")
    page = office.write_contribution(partner, office.own_room(partner, rooms).id)
    german = _page(site, "ContributionPage", "de", words.CONTRIBUTION)
    assert _status(visitor, site, german) == 404

    campaign.approve(page)

    assert _status(visitor, site, german) == 200
    decision = mailbox.wait_for(PARTNER.email)
    assert words.CONTRIBUTION in f"{decision.subject} {decision.text}"

    translation = office.translate_contribution(campaign, partner, page)
    title = words.CONTRIBUTION_ENGLISH[words.CONTRIBUTION]
    campaign.approve(translation)
    english = _page(site, "ContributionPage", "en", title)

    assert _status(visitor, site, english) == 200
    expect(visitor.locator("h1")).to_have_text(title)
    mailbox.wait_for(PARTNER.email, after=1)


def subscribe(
    site: RunningSite, mailbox: Mailbox, visitor: Page, locale: str, address: str
) -> None:
    reader.ask_for_the_newsletter(visitor, site, locale, address)
    letter = mailbox.wait_for(address)
    assert_honest(letter, site)
    reader.open_everything(letter, site)
    link = next(link for link in letter.links() if "/confirm/" in link)
    before = fingerprint(site.database_url)

    reader.press_the_button(visitor, link)

    assert fingerprint(site.database_url) != before


def compose_the_issue(site: RunningSite, cms: Cms) -> PageRow:
    (archive,) = page_rows(site.database_url, "IssueIndexPage", "de")
    office.compose_issue(cms, archive.id, {words.TITLE, words.CONTRIBUTION})
    issue = _page(site, "IssuePage", "de", words.ISSUE)
    office.publish_translation(cms, issue.id, words.ISSUE_ENGLISH)
    return issue


def check_the_mails(site: RunningSite, english: Mail, german: Mail) -> None:
    for mail in (english, german):
        assert_honest(mail, site)
        assert_from_a_list(mail)
        reader.open_everything(mail, site)
    assert german.subject == words.SUBJECT
    assert words.TITLE in german.text
    assert words.TITLE in german.html
    assert english.subject == words.ISSUE_ENGLISH[words.SUBJECT]
    assert words.ENGLISH[words.TITLE] in english.text
    assert words.ENGLISH[words.TITLE] in english.html
    assert words.TITLE not in english.html
    assert words.CONTRIBUTION in german.html
    assert words.CONTRIBUTION_ENGLISH[words.CONTRIBUTION] in english.html
    assert re.search(r"lang=\"?en", english.html)


def leave_by_one_click(site: RunningSite, mail: Mail) -> None:
    address = one_click_address(mail)
    before = fingerprint(site.database_url)
    assert ask(address, "POST", ONE_CLICK) == 200
    after = fingerprint(site.database_url)
    assert after != before

    assert ask(address, "POST", ONE_CLICK) == 200

    assert fingerprint(site.database_url) == after


def everybody_got_it_once(mailbox: Mailbox, readers: int) -> None:
    subjects = {words.SUBJECT, words.ISSUE_ENGLISH[words.SUBJECT]}
    sent = [mail.to for mail in mailbox.mails if mail.subject in subjects]

    assert len(sent) == readers
    assert len({address for (address,) in sent}) == readers


def _page(site: RunningSite, model: str, locale: str, title: str) -> PageRow:
    rows = page_rows(site.database_url, model, locale)
    return next(row for row in rows if row.title == title)


def _status(visitor: Page, site: RunningSite, page: PageRow) -> int:
    answer = visitor.goto(site.url + page.path)
    assert answer
    return answer.status
