"""What the site consists of, as a front end learns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wissensregion.api import lookup

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from news.models import NewsPage


def test_the_locales_lead_to_their_home_pages(client: Client, home: HomePage) -> None:
    german, english = client.get("/api/v1/locales/").json()

    assert (german["code"], german["name"], german["default"]) == ("de", "Deutsch", True)
    assert german["home"]["path"] == "/"
    assert (english["default"], english["home"]["path"]) == (False, "/en/")


def test_a_locale_without_home_page_says_so(client: Client, home: HomePage) -> None:
    home.unpublish()

    german, _english = client.get("/api/v1/locales/").json()

    assert german["home"] is None


def test_the_page_types_are_those_of_the_running_plugins(client: Client) -> None:
    types = client.get("/api/v1/page-types/").json()

    assert {each["type"] for each in types} == set(lookup.page_models())
    assert {each["description"] for each in types if each["type"] == "news.NewsPage"} == {
        "One story."
    }


def test_the_teasers_are_those_of_the_home_page(client: Client, story: NewsPage) -> None:
    (teaser,) = client.get("/api/v1/teasers/?locale=de&limit=3").json()

    assert teaser["title"] == "Ausgezeichnet"
    assert teaser["page_id"] == story.pk
    assert teaser["image"]["credit"] == "Paula Beispiel"
    assert client.get("/api/v1/teasers/?locale=en").json() == []
