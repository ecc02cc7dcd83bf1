"""What is kept for all visitors is never older than what they are to see."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from home.models import SiteProfile, StandardPage
from tests.factories import NewsIndexPageFactory, NewsPageFactory
from tests.home.conftest import hang
from wissensregion import generations, keeping
from wissensregion.cache import lifetimes

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from home.models import HomePage

pytestmark = pytest.mark.django_db


def test_what_was_made_is_made_once_until_something_changes(home: HomePage) -> None:
    made = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [keeping.kept("x", make), keeping.kept("x", make)] == [1, 1]
    home.save()
    assert keeping.kept("x", make) == 2


def keep_text(make: Callable[[], str]) -> str:
    return keeping.kept_text("x", make, since=generations.current(), keep=bool)


def keep_each(make: Callable[[], str]) -> str:
    return keeping.kept_each(["x"], lambda keys: dict.fromkeys(keys, make()))["x"]


@pytest.mark.parametrize("keep", [partial(keeping.kept, "x"), keep_text, keep_each])
def test_what_passing_time_changes_is_kept_no_longer_and_says_so_to_whom_it_is_given(
    home: HomePage, keep: Callable[[Callable[[], str]], str]
) -> None:
    made = []

    def make(seconds: float) -> str:
        lifetimes.at_most(seconds)
        made.append(seconds)
        return "made"

    def bound(seconds: float) -> float:
        with lifetimes.noted() as said:
            assert keep(partial(make, seconds)) == "made"
            return said()

    assert bound(60) == 60
    assert 50 < bound(30) <= 60
    assert made == [60]
    keeping.forget()
    # What is for one reader alone is made anew for each.
    assert [bound(0), bound(0)] == [0, 0]
    assert made == [60, 0, 0]


def test_what_a_transaction_made_is_forgotten_with_it(home: HomePage) -> None:
    def title() -> str:
        return str(type(home).objects.get(pk=home.pk).title)

    assert keeping.kept("title", title) == home.title
    with transaction.atomic():
        type(home).objects.filter(pk=home.pk).update(title="Anders")
        assert keeping.kept("title", title) == "Anders"
        transaction.set_rollback(True)
    assert keeping.kept("title", title) == home.title


def test_no_more_is_kept_than_fits(monkeypatch: pytest.MonkeyPatch, home: HomePage) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    keeping.forget()
    for number in range(9):
        keeping.kept(number, int)

    assert keeping.kept(8, lambda: -1) == 0
    assert keeping.kept(0, lambda: -1) == -1


def test_a_change_is_seen_by_the_next_visitor(client: Client, home: HomePage) -> None:
    profile = SiteProfile.objects.create(organisation="Vorher", locale=home.locale)
    page = hang(home, StandardPage(title="Seite", slug="seite", show_in_menus=True))
    assert "Vorher" in client.get("/seite/").content.decode()

    profile.organisation = "Nachher"
    profile.save()
    page.title = "Umbenannt"
    page.slug = "neu"
    page.save_revision().publish()

    assert client.get("/seite/").status_code in {301, 404}
    text = client.get("/neu/").content.decode()
    assert "Nachher" in text
    assert 'href="/neu/"' in text
    page.unpublish()
    assert client.get("/neu/").status_code == 404
    assert 'href="/neu/"' not in client.get("/").content.decode()


def test_a_long_list_is_read_by_parts_and_counted_for_nobody(
    client: Client, home: HomePage
) -> None:
    news = NewsIndexPageFactory(parent=home, slug="aktuelles")
    for number in range(30):
        NewsPageFactory(parent=news, title=f"Meldung {number}", date=f"2026-01-{number + 1:02}")
    client.get("/aktuelles/")

    with CaptureQueriesContext(connection) as queries:
        last = client.get("/aktuelles/?page=3")

    said = "\n".join(query["sql"] for query in queries)
    assert "Page 3" in last.content.decode() or "Seite 3" in last.content.decode()
    assert [story.title for story in last.context["page_of_stories"]][-1] == "Meldung 0"
    assert "OFFSET" not in said
    assert "COUNT(" not in said
    NewsPageFactory(parent=news, title="Die neueste", date="2026-02-01")
    assert "Die neueste" in client.get("/aktuelles/").content.decode()
