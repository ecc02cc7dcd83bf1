"""An address somebody has kept leads to the page, wherever it has gone since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import TestCase
from wagtail.models import Page

from home.models import StandardPage
from tests.home.conftest import hang

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale

    from home.models import HomePage
    from news.models import NewsIndexPage, NewsPage

pytestmark = pytest.mark.django_db


def rename(page: Page, slug: str) -> None:
    page = Page.objects.get(pk=page.pk).specific
    page.slug = slug
    # Wagtail says that a slug has changed once that is certain.
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()


def way(client: Client, path: str) -> list[tuple[str, int]]:
    """Where a reader is sent from an address, and how it ends."""
    answer = client.get(path, follow=True)
    chain: list[tuple[str, int]] = answer.redirect_chain
    return [*chain, ("", answer.status_code)]


def by_path(client: Client, path: str) -> Any:
    answer = client.get("/api/v1/pages/by-path/", {"path": path})
    return answer.json()["redirect"] if answer.status_code == 200 else answer.status_code


def test_a_new_slug_keeps_the_old_address_in_each_language(
    client: Client, story: NewsPage, news: NewsIndexPage, english: Locale
) -> None:
    news.copy_for_translation(english).save_revision().publish()
    translation = story.copy_for_translation(english)
    translation.save_revision().publish()
    rename(story, "neu")
    rename(translation, "new")
    rename(translation, "newest")

    for old, new in (
        ("/aktuelles/ausgezeichnet/", "/aktuelles/neu/"),
        ("/en/aktuelles/ausgezeichnet/", "/en/aktuelles/newest/"),
        ("/en/aktuelles/new/", "/en/aktuelles/newest/"),
    ):
        # At once, not over all the addresses in between.
        assert way(client, old) == [(new, 301), ("", 200)]
        assert by_path(client, old) == {"to": new, "permanent": True}


def test_what_hangs_below_a_moved_page_is_found_as_well(
    client: Client, story: NewsPage, news: NewsIndexPage, home: HomePage
) -> None:
    about = hang(home, StandardPage(title="Über uns", slug="ueber-uns"))
    team = hang(about, StandardPage(title="Team", slug="team"))
    hang(team, StandardPage(title="Ada", slug="ada"))
    other = hang(home, StandardPage(title="Verein", slug="verein"))
    with TestCase.captureOnCommitCallbacks(execute=True):
        Page.objects.get(pk=team.pk).move(Page.objects.get(pk=other.pk), pos="last-child")
    rename(news, "meldungen")

    for old, new in (
        ("/ueber-uns/team/", "/verein/team/"),
        ("/ueber-uns/team/ada/", "/verein/team/ada/"),
        ("/aktuelles/ausgezeichnet/", "/meldungen/ausgezeichnet/"),
    ):
        assert way(client, old) == [(new, 301), ("", 200)]
        assert by_path(client, old) == {"to": new, "permanent": True}


def test_there_and_back_again_sends_nobody_round_in_a_circle(
    client: Client, story: NewsPage
) -> None:
    first, second = "/aktuelles/ausgezeichnet/", "/aktuelles/anders/"
    rename(story, "anders")
    rename(story, "ausgezeichnet")

    assert way(client, first) == [("", 200)]
    assert way(client, second) == [(first, 301), ("", 200)]

    Page.objects.get(pk=story.pk).unpublish()

    assert way(client, first) == [("", 404)]
    assert way(client, second) == [(first, 301), ("", 404)]
    assert (by_path(client, first), by_path(client, second)) == (404, 404)


def test_an_old_address_that_another_page_has_taken_is_that_page_s(
    client: Client, story: NewsPage, home: HomePage
) -> None:
    about = hang(home, StandardPage(title="Alt", slug="adresse"))
    rename(about, "umgezogen")
    hang(home, StandardPage(title="Neu", slug="adresse"))

    assert way(client, "/adresse/") == [("", 200)]
    assert client.get("/adresse/").context["page"].title == "Neu"
