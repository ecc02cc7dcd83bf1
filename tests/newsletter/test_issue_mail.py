"""An issue as mail: what it shows, what it loads, what it promises."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.template.loader import get_template
from wagtail.models import Site

from newsletter.composing import plaintext, render
from newsletter.composing.blocks import IssueBlock
from tests.newsletter import issues

if TYPE_CHECKING:
    from home.models import HomePage
    from news.models import NewsPage
    from newsletter.models import IssueIndexPage, IssuePage, Newsletter
    from wissensregion.models import SiteImage

BLOCKS = IssueBlock().child_blocks


class Elements(HTMLParser):
    """All elements of a mail with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]


@pytest.fixture
def mail(issue: IssuePage) -> render.Mail:
    return render.mail(issue, issue.index())


@pytest.fixture
def elements(mail: render.Mail) -> Elements:
    return Elements(mail.html)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_has_a_web_and_a_mail_template(name: str) -> None:
    block = BLOCKS[name]
    pair = render.template_name(block)

    for template in (block.meta.template, f"{pair}.html", f"{pair}.txt"):
        get_template(template)


def test_the_test_issue_holds_every_block(photo: SiteImage, story: NewsPage) -> None:
    assert {name for name, _value in issues.blocks(photo, story)} == set(BLOCKS)


def test_the_mail_says_its_language_and_title(elements: Elements) -> None:
    assert elements.named("html")[0]["lang"] == "de"
    assert elements.named("html")[0]["dir"] == "ltr"
    assert {"name": "color-scheme", "content": "light dark"} in elements.named("meta")


def test_tables_are_layout_and_say_so(elements: Elements) -> None:
    assert all(table.get("role") == "presentation" for table in elements.named("table"))


def test_pictures_have_a_size_words_and_our_own_address(elements: Elements) -> None:
    pictures = elements.named("img")

    assert len(pictures) == 4
    for picture in pictures:
        assert int(picture["width"]) > 1
        assert int(picture["height"]) > 1
        assert "alt" in picture
        assert picture["src"].startswith("http://testserver/")


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(mail: render.Mail) -> None:
    loaded = re.findall(r"(?:src=\"|url\(|@import )([^\")]+)", mail.html)

    assert all(url.startswith("http://testserver/") for url in loaded)
    assert "<script" not in mail.html
    assert "<link" not in mail.html


def test_headings_follow_each_other_without_a_gap(elements: Elements) -> None:
    levels = [int(tag[1]) for tag, _attributes in elements.found if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_footer_offers_to_leave_and_names_the_sender(mail: render.Mail) -> None:
    for part in (mail.html, mail.text):
        assert render.UNSUBSCRIBE in part
        assert render.PREFERENCES in part
        assert "Musterufer 1, 40213 Düsseldorf" in part
        assert "http://testserver/newsletter-archiv/herbst-2026/" in part


def test_the_credit_of_a_photo_comes_along(mail: render.Mail) -> None:
    assert mail.html.count("Paula Beispiel") == 3
    assert mail.text.count("Paula Beispiel") == 3


def test_the_people_on_a_photo_are_named_in_their_order(issue: IssuePage, photo: SiteImage) -> None:
    photo.people = [{"name": "Ada"}, {"name": "Ben", "role": "Leitung"}]
    photo.save()

    mail = render.mail(issue, issue.index())

    assert mail.html.index("Ada</strong>") < mail.html.index("Ben</strong>")
    assert "1. Ada\n2. Ben, Leitung" in mail.text


def test_the_plain_text_has_headings_and_full_addresses_and_no_markup(mail: render.Mail) -> None:
    assert "Herbst 2026\n===========" in mail.text
    assert "Der beste Service Desk\n----------------------" in mail.text
    assert "Herbst (http://testserver/aktuelles/)" in mail.text
    assert not re.search(r"</?[a-z]+[ >]|&[a-z#0-9]+;", mail.text)
    assert all(len(line) <= 72 or "http" in line for line in mail.text.splitlines())


def test_what_people_write_stays_text(
    archive: IssueIndexPage, newsletter: Newsletter, story: NewsPage
) -> None:
    written = "<script>1</script> & „so“ {{ x }} <mj-raw>"
    issue = issues.issue(archive, newsletter, [("heading", {"text": written, "level": "2"})])

    mail = render.mail(issue, archive)

    assert "<script" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert written in mail.text


def test_links_lead_to_the_public_address_whatever_host_the_cms_uses(issue: IssuePage) -> None:
    Site.objects.update(hostname="cms.internal", port=8443)
    Site.clear_site_root_paths_cache()

    mail = render.mail(issue, issue.index())

    assert "cms.internal" not in mail.html + mail.text


def test_an_english_issue_shows_the_english_story(
    english_issue: IssuePage, story: NewsPage, english_home: HomePage
) -> None:
    index = story.get_parent().specific.copy_for_translation(english_home.locale)
    index.save_revision().publish()
    translation = story.copy_for_translation(english_home.locale)
    translation.title = "The best service desk"
    translation.save_revision().publish()

    mail = render.mail(english_issue, english_issue.index())

    assert "The best service desk" in mail.html
    assert "Der beste Service Desk" not in mail.html
    assert 'lang="en"' in mail.html


def test_a_block_that_cannot_be_shown_is_named(
    archive: IssueIndexPage, newsletter: Newsletter, story: NewsPage
) -> None:
    body: list[tuple[str, Any]] = [
        ("paragraph", "<p>Guten Tag</p>"),
        ("story", {"page": story, "summary": ""}),
    ]
    issue = issues.issue(archive, newsletter, body)
    story.delete()
    issue.refresh_from_db()

    with pytest.raises(render.RenderError, match="2"):
        render.mail(issue, archive)


def test_a_picture_that_is_not_ready_yet_is_named(issue: IssuePage, photo: SiteImage) -> None:
    photo.renditions.all().delete()

    with pytest.raises(render.RenderError, match=r"„Foto“ ist noch nicht fertig"):
        render.mail(issue, issue.index())


def test_one_persons_links_replace_the_marks_and_nothing_else(mail: render.Mail) -> None:
    links = {render.UNSUBSCRIBE: "https://x/u", render.PREFERENCES: "https://x/p"}

    filled = render.fill(mail.html, links)

    assert "@@" not in filled
    assert filled.count('href="https://x/u"') == 1
    assert filled.count('href="https://x/p"') == 1
    assert len(filled) < render.SIZE_LIMIT


def test_rich_text_becomes_lists_links_and_lines() -> None:
    html = '<p>Eins<br>zwei</p><ul><li>a</li><li><a href="https://x/">b</a></li></ul><ol><li>c</li></ol>'

    assert plaintext.from_html(html) == "Eins\nzwei\n\n- a\n- b (https://x/)\n\n1. c"
