"""Stories by topic and by year: addresses of their own, in each language."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.factories import (
    AwardStoryPageFactory,
    NewsPageFactory,
    TopicFactory,
)

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale

    from home.models import HomePage
    from news.models import NewsIndexPage, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(home: HomePage, index: NewsIndexPage, research: Topic) -> NewsIndexPage:
    """Two stories on research, one of them an award of another year, and one on study."""
    study = TopicFactory(name="Studium", slug="studium", locale=home.locale)
    TopicFactory(name="Leer", slug="leer", locale=home.locale)
    NewsPageFactory(parent=index, title="Alt", date=date(2019, 11, 22), topic=research)
    NewsPageFactory(parent=index, title="Neu", date=date(2026, 5, 1), topic=study)
    AwardStoryPageFactory(parent=index, title="Preis", date=date(2026, 7, 1), topic=research)
    NewsPageFactory(parent=index, title="Entwurf", topic=research, live=False)
    return index


def shown(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [story.title for story in response.context["page_of_stories"]]


@pytest.mark.usefixtures("index")
def test_a_topic_and_a_year_have_their_own_addresses(client: Client) -> None:
    assert shown(client, "/aktuelles/thema/forschung/") == ["Preis", "Alt"]
    assert shown(client, "/aktuelles/jahr/2019/") == ["Alt"]
    assert shown(client, "/aktuelles/thema/forschung/?year=2026") == ["Preis"]
    assert shown(client, "/aktuelles/thema/studium/?year=2019") == []


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    "rest",
    ["thema/gibt-es-nicht/", "jahr/2018/", "jahr/99999/", "jahr/0/", "thema/", "topic/leer/"],
)
def test_what_nobody_can_choose_has_no_page(client: Client, rest: str) -> None:
    assert client.get(f"/aktuelles/{rest}").status_code == 404


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("year", ["99999", "-1", "abc", "2019x", "", "%D9%A2%D9%A0", "%00"])
def test_a_year_that_is_not_on_offer_is_none(client: Client, year: str) -> None:
    assert shown(client, f"/aktuelles/thema/forschung/?year={year}") == ["Preis", "Alt"]


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("?topic=forschung", "thema/forschung/"),
        ("?year=2019", "jahr/2019/"),
        ("?topic=forschung&year=2019", "thema/forschung/?year=2019"),
        ("?topic=gibt-es-nicht&year=2019", "jahr/2019/"),
    ],
)
def test_who_comes_by_an_address_of_old_is_sent_on_for_good(
    client: Client, old: str, new: str
) -> None:
    answer = client.get(f"/aktuelles/{old}")

    assert (answer.status_code, answer["Location"]) == (301, f"/aktuelles/{new}")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("query", ["?topic=gibt-es-nicht", "?year=1999", "?topic=&year=%00"])
def test_an_old_address_of_nothing_shows_all(client: Client, query: str) -> None:
    assert shown(client, f"/aktuelles/{query}") == ["Preis", "Neu", "Alt"]


@pytest.mark.usefixtures("index")
def test_search_engines_hear_of_each_list_that_has_stories(client: Client) -> None:
    answer = client.get("/lists-sitemap.xml").content.decode()

    assert re.findall("<loc>http://testserver/aktuelles/([^<]*)</loc>", answer) == [
        "thema/forschung/",
        "thema/studium/",
        "jahr/2026/",
        "jahr/2019/",
    ]
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/lists-sitemap.xml\n" in robots


@pytest.mark.usefixtures("index")
def test_a_topic_without_stories_says_so_and_is_kept_from_search_engines(client: Client) -> None:
    html = client.get("/aktuelles/thema/leer/").content.decode()

    assert "Zu diesem Thema gibt es noch keine Meldung." in html
    assert '<meta name="robots" content="noindex">' in html
    assert "noindex" not in client.get("/aktuelles/thema/forschung/").content.decode()


@pytest.mark.usefixtures("index")
def test_readers_are_offered_what_has_stories_and_told_how_many(client: Client) -> None:
    html = client.get("/aktuelles/").content.decode()
    within = client.get("/aktuelles/thema/forschung/").content.decode()

    assert options(html) == {
        "/aktuelles/thema/forschung/": "2",
        "/aktuelles/thema/studium/": "1",
        "/aktuelles/jahr/2026/": "2",
        "/aktuelles/jahr/2019/": "1",
    }
    # Within a topic, its own years; another topic can be chosen at once.
    assert options(within) == {
        "/aktuelles/thema/forschung/": "2",
        "/aktuelles/thema/studium/": "1",
        "/aktuelles/thema/forschung/?year=2026": "1",
        "/aktuelles/thema/forschung/?year=2019": "1",
    }


def test_a_list_of_a_topic_names_its_own_address_and_its_translation(
    client: Client, index: NewsIndexPage, english: Locale
) -> None:
    story = index.get_children().get(title="Preis").specific
    research = story.topic.copy_for_translation(english)
    research.name, research.slug = "Research", "research"
    research.save()
    news = index.copy_for_translation(english)
    news.slug = "news"
    news.save_revision().publish()
    award = story.copy_for_translation(english)
    award.topic = research
    award.save_revision().publish()

    german, in_english = (
        client.get(path).content.decode()
        for path in ("/aktuelles/thema/forschung/", "/en/news/topic/research/")
    )

    assert 'rel="canonical" href="http://testserver/aktuelles/thema/forschung/"' in german
    assert alternates(german) == alternates(in_english)
    assert alternates(german) == {
        "de": "http://testserver/aktuelles/thema/forschung/",
        "en": "http://testserver/en/news/topic/research/",
        "x-default": "http://testserver/aktuelles/thema/forschung/",
    }
    # What has no story in English is not said to be there; the switch leads to all the news.
    study = client.get("/aktuelles/thema/studium/").content.decode()
    assert set(alternates(study)) == {"de", "x-default"}
    assert 'href="http://testserver/en/news/" lang="en"' in study


def test_a_later_part_of_a_list_is_a_page_of_its_own(client: Client, index: NewsIndexPage) -> None:
    for number in range(12):
        NewsPageFactory(parent=index, title=f"{number}", date=date(2026, 1, 1 + number))

    html = client.get("/aktuelles/jahr/2026/?page=2").content.decode()

    assert 'rel="canonical" href="http://testserver/aktuelles/jahr/2026/?page=2"' in html
    assert "<title>2026 – Aktuelles – Seite 2 –" in html
    assert alternates(html) == {}


def options(html: str) -> dict[str, str]:
    pairs = re.findall(r'href="([^"]+)"[^>]*>[^<]*</a> <span class="filters__count">([^<]+)<', html)
    return dict(pairs)


def alternates(html: str) -> dict[str, str]:
    return dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))
