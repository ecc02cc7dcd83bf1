"""What the people of the office and of a partner do, each by the CMS's own forms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from newsletter.composing.blocks import IssueBlock
from tests.journeys import words
from wissensregion.blocks import BodyBlock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live.cms import Cms
    from tests.live.rows import PageRow

# Long enough to press two buttons, also on a machine that has much to do.
AHEAD = timedelta(seconds=45)
PEOPLE = "\n".join(
    f"{name}; {role}; Expat Service Desk"
    for name, role in zip(words.PEOPLE, words.ROLES, strict=True)
)


def write_award_story(cms: Cms, index: int, photo: Path) -> int:
    """Write the story with its photo and its people, and let it go live in a moment."""
    cms.new_page("news.AwardStoryPage", index)
    cms.fill(
        title=words.TITLE,
        summary=words.SUMMARY,
        award=words.AWARD,
        category=words.CATEGORY,
        placement="1",
        competitors="77",
        awarding_body=words.BODY,
        ceremony_place=words.PLACE,
        photo_alt=words.ALT,
    )
    cms.upload_picture(
        "photo",
        photo,
        title="Team mit Urkunde",
        description=words.ALT,
        credit=words.CREDIT,
        licence="own",
        people=PEOPLE,
    )
    _write_body(cms)
    story = cms.save()
    cms.schedule(timezone.now() + AHEAD)
    cms.press("publish")
    return story


def _write_body(cms: Cms) -> None:
    body = BodyBlock()
    heading = cms.add_block("body", body, "heading")
    cms.fill_block(heading, text=words.HEADING)
    paragraph = cms.add_block("body", body, "paragraph")
    cms.write(paragraph, words.PARAGRAPH)
    people = cms.add_block("body", body, "people_photo")
    cms.choose_picture(f"{people}-image", "Team mit Urkunde")
    cms.fill_block(people, direction=words.ORDER)
    quote = cms.add_block("body", body, "quote")
    cms.fill_block(quote, text=words.QUOTE, attribution=words.SPEAKER)


def own_room(cms: Cms, rooms: list[PageRow]) -> PageRow:
    """Return the one room the CMS lets this member write in."""
    open_rooms = [room for room in rooms if cms.may_add("partners.ContributionPage", room.id)]
    (room,) = open_rooms
    return room


def write_contribution(cms: Cms, room: int) -> int:
    """Write a contribution in the partner's own room and hand it in."""
    cms.new_page("partners.ContributionPage", room)
    cms.fill(title=words.CONTRIBUTION, summary=words.CONTRIBUTION_SUMMARY, audience="research")
    paragraph = cms.add_block("body", BodyBlock(), "paragraph")
    cms.write(paragraph, words.CONTRIBUTION_TEXT)
    contribution = cms.save()
    cms.press("submit")
    return contribution


def translate_contribution(office: Cms, member: Cms, contribution: int) -> int:
    """The office opens another language; the member fills it and hands it in."""
    translation = office.start_translation(contribution, "Englisch")
    member.edit(translation)
    member.translate(words.CONTRIBUTION_ENGLISH)
    member.edit(translation)
    member.page.locator(f"a[href$='/partners/translation/{translation}/submit/']").first.click()
    member.page.locator("main form[method=post] [type=submit]").first.click()
    member.wait_for_success()
    return translation


def publish_translation(cms: Cms, page: int, english: dict[str, str]) -> None:
    cms.start_translation(page, "Englisch")
    cms.translate(english)
    cms.publish_translation()


def compose_issue(cms: Cms, archive: int, titles: set[str]) -> None:
    """Begin an issue from what was published since the last one, and publish it."""
    cms.edit(archive)
    cms.page.locator("a[href$='/next/']").first.click()
    offered = cms.page.locator("input[name=page]")
    offered.first.wait_for()
    missing = set(titles)
    for box in offered.all():
        label = cms.page.locator(f"label[for='{box.get_attribute('id')}'] strong").inner_text()
        box.set_checked(label in titles)
        missing.discard(label)
    assert not missing, f"not offered for the issue: {missing}"
    cms.page.locator("main form:has(input[name=page]) [type=submit]").click()
    cms.wait_for_success()
    cms.fill(title=words.ISSUE, subject=words.SUBJECT, preheader=words.PREHEADER)
    greeting = cms.add_block("body", IssueBlock(), "paragraph")
    cms.write(greeting, words.GREETING)
    cms.press("publish")


def publish(cms: Cms, page: int) -> None:
    """Publish a draft, whether it is written here or translated."""
    cms.edit(page)
    translated = cms.page.locator("footer button[name=action][value=publish]")
    written = cms.page.locator("footer button[name='action-publish']")
    expect(translated.or_(written).first).to_be_attached()
    if translated.count():
        cms.publish_translation()
    else:
        cms.press("publish")


def send(cms: Cms, issue: int) -> int:
    """Release an issue by typing how many readers it goes to; return that number."""
    cms.edit(issue)
    cms.click_action(f"a[href$='/newsletter/issues/{issue}/send/']")
    together = cms.page.locator("tr:has(th[colspan='2']) strong").inner_text()
    cms.fill(count=together)
    cms.page.locator("form:has([name=count]) [type=submit]").click()
    cms.wait_for_success()
    return int(together)


def wait_until_sent(cms: Cms, readers: int) -> None:
    """Watch the progress in the CMS until everybody has been served."""
    bar = cms.page.locator("#desk-now progress")
    expect(bar).to_have_attribute("value", str(readers), timeout=180_000)
