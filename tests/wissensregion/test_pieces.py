"""Pieces of pages are made once for all visitors, and never shown when they should not be."""

from __future__ import annotations

import re
from datetime import date
from sys import getsizeof
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from home.models import StandardPage
from news.templatetags.news_tags import topic_address
from newsletter.subscriptions.models import Newsletter
from tests.factories import NewsIndexPageFactory, NewsPageFactory, SiteImageFactory
from tests.home.conftest import hang
from wissensregion import generations, keeping, routing

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from news.models import NewsPage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "/aktuelles/meldung/"
STAMP = re.compile(r'name="started" value="([^"]+)"')


@pytest.fixture
def linked(home: HomePage) -> StandardPage:
    return hang(home, StandardPage(title="Über uns", slug="ueber-uns"))


@pytest.fixture
def story(home: HomePage, linked: StandardPage) -> NewsPage:
    """A story that needs other rows: its photo, a page it invites to, one it links to."""
    news = NewsIndexPageFactory(parent=home, slug="aktuelles")
    photo = SiteImageFactory(file__width=60, file__height=40)
    story: NewsPage = NewsPageFactory(parent=news, slug="meldung", title="Live", photo=photo)
    story.body = [
        ("paragraph", f'<p><a linktype="page" id="{linked.pk}">mehr</a></p>'),
        ("related_pages", {"pages": [linked]}),
    ]
    story.save_revision().publish()
    return story


def read(client: Client, address: str = ADDRESS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_second_visitor_asks_the_database_for_nothing(client: Client, story: NewsPage) -> None:
    # The first makes the renditions, which changes what visitors see.
    first = [read(client) for _visit in range(2)][-1]

    with CaptureQueriesContext(connection) as queries:
        assert read(client) == first
    assert len(queries) == 0


def test_what_a_piece_was_made_of_may_change(
    client: Client, story: NewsPage, linked: StandardPage
) -> None:
    assert "Über uns" in read(client)
    assert 'href="/ueber-uns/"' in read(client)

    linked.title, linked.slug = "Wer wir sind", "wir"
    linked.save_revision().publish()
    renamed = read(client)
    assert "Über uns" not in renamed
    assert 'href="/wir/">mehr' in renamed
    PageViewRestriction.objects.create(page=linked, restriction_type="login")
    assert "Wer wir sind" not in read(client)
    assert story.photo is not None
    story.photo.credit = "Neue Fotografin"
    story.photo.save()
    assert "Neue Fotografin" in read(client)


def test_a_preview_is_drawn_anew_and_leaves_nothing_behind(
    admin_client: Client, client: Client, story: NewsPage
) -> None:
    assert "Live" in read(client)
    story.title = "Entwurf"
    story.body = [("paragraph", "<p>Noch geheim</p>")]
    story.save_revision()

    draft = read(admin_client, f"/admin/pages/{story.pk}/view_draft/")

    assert "<h1>Entwurf</h1>" in draft
    assert "Noch geheim" in draft
    assert "mehr</a>" not in draft
    live = read(client)
    assert "<h1>Live</h1>" in live
    assert "geheim" not in live


@pytest.mark.parametrize("says_so", [True, False])
def test_a_form_says_its_own_moment_to_each_visitor(
    client: Client, story: NewsPage, monkeypatch: pytest.MonkeyPatch, *, says_so: bool
) -> None:
    signup = story.body.stream_block.child_blocks["signup"]
    monkeypatch.setattr(signup.meta, "has_form", says_so)
    Newsletter.objects.create(name="Rundbrief", slug="rundbrief")
    story.body = [("signup", {}), ("paragraph", "<p>Text</p>")]
    story.save_revision().publish()
    with time_machine.travel("2026-11-23T12:00:00+01:00"):
        before = STAMP.findall(read(client))
    with time_machine.travel("2026-11-23T12:01:00+01:00"):
        after = STAMP.findall(read(client))

    assert len(before) == len(after) == 1
    assert before != after


def test_beside_a_form_the_rest_of_a_text_is_not_made_anew(
    client: Client, story: NewsPage, linked: StandardPage
) -> None:
    Newsletter.objects.create(name="Rundbrief", slug="rundbrief")
    story.body = [*((child.block_type, child.value) for child in story.body), ("signup", {})]
    story.save_revision().publish()
    for _visit in range(2):
        read(client)

    with CaptureQueriesContext(connection) as queries:
        assert f'href="{linked.url}">mehr' in read(client)
    assert not [query for query in queries if "wagtailcore_page" in query["sql"]]


def test_what_nothing_reads_of_an_address_makes_no_piece_another_one(
    client: Client, story: NewsPage
) -> None:
    first = [read(client) for _visit in range(2)][-1]

    kept = len(keeping.TEXTS.shelf.values)
    assert read(client, f"{ADDRESS}?ref=somewhere") == first
    assert len(keeping.TEXTS.shelf.values) == kept > 0


def test_a_right_that_ends_with_the_day_is_not_kept_longer(client: Client, story: NewsPage) -> None:
    assert story.photo is not None
    with time_machine.travel("2026-11-23T22:00:00+01:00"):
        type(story.photo).objects.update(shown_until=date(2026, 11, 23))
        assert "<picture" in read(client)
    with time_machine.travel("2026-11-24T01:00:00+01:00"):
        assert "<picture" not in read(client)


def test_a_page_behind_a_login_stays_behind_it(
    admin_client: Client, client: Client, story: NewsPage, admin_user: User
) -> None:
    PageViewRestriction.objects.create(page=story, restriction_type="login")

    assert "Live" in read(admin_client)
    assert client.get(ADDRESS).status_code == 302


def test_parts_of_a_list_and_choices_are_not_mixed_up(client: Client, story: NewsPage) -> None:
    news = story.get_parent()
    for number in range(14):
        NewsPageFactory(parent=news, title=f"Nummer {number}", date=f"2026-01-{number + 1:02}")
    client.get("/aktuelles/")

    assert "Nummer 13" in read(client, "/aktuelles/")
    assert "Nummer 13" not in read(client, "/aktuelles/?page=2")
    assert "Nummer 0" in read(client, "/aktuelles/?page=2")
    assert "Nummer" not in read(client, topic_address(story))
    assert "Nummer 13" in read(client, "/aktuelles/")


def test_what_was_read_before_a_change_is_shown_once_and_not_kept(home: HomePage) -> None:
    since = generations.current()
    home.save()

    def text(says: str) -> str:
        return keeping.kept_text("x", lambda: says, since=since, keep=bool)

    assert [text("old"), text("older")] == ["old", "older"]
    since = generations.current()
    assert [text("new"), text("newer")] == ["new", "new"]


def test_no_more_text_is_kept_than_fits(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_TEXT", 2 * (keeping.WEIGHT + getsizeof("x" * 40)))
    keeping.forget()

    def text(number: int, says: str) -> str:
        return keeping.kept_text(number, lambda: says, since=generations.current(), keep=bool)

    for number in range(9):
        text(number, "x" * 40)

    assert text(8, "again") == text(7, "again") == "x" * 40
    assert text(6, "again") == "again"


def test_what_one_request_notes_on_a_page_reaches_no_other(story: NewsPage) -> None:
    addresses = RequestFactory(SERVER_NAME="localhost")
    first, second = (routing.find(addresses.get(ADDRESS), ADDRESS) for _visitor in range(2))
    assert first
    assert second
    first.page.title = "Only mine"
    assert second.page.title == "Live"
    third = routing.find(addresses.get(ADDRESS), ADDRESS)
    assert third
    assert third.page.title == "Live"


def test_no_more_rows_of_pages_are_kept_than_fit(
    story: NewsPage, linked: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", 1)
    keeping.forget()
    addresses = RequestFactory(SERVER_NAME="localhost")

    def reads_row(address: str) -> bool:
        with CaptureQueriesContext(connection) as asked:
            assert routing.find(addresses.get(address), address)
        return any("page_ptr_id" in query["sql"] for query in asked)

    assert [reads_row(ADDRESS), reads_row(ADDRESS)] == [True, False]
    assert reads_row("/ueber-uns/")
    assert [reads_row(ADDRESS), reads_row(ADDRESS)] == [True, False]


def test_a_form_is_sent_to_a_page_as_it_is_in_the_database(story: NewsPage) -> None:
    addresses = RequestFactory(SERVER_NAME="localhost")
    assert routing.find(addresses.get(ADDRESS), ADDRESS)
    with CaptureQueriesContext(connection) as asked:
        assert routing.find(addresses.post(ADDRESS), ADDRESS)
    assert any("news_newspage" in query["sql"] for query in asked)
