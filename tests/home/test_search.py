"""Readers search one language, and no input breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelsearch.index import insert_or_update_object
from wagtail.models import Page, PageViewRestriction

from home import search
from home.models import SearchPage, StandardPage
from tests.factories import (
    NewsIndexPageFactory,
    NewsPageFactory,
    PartnerIndexPageFactory,
    PartnerPageFactory,
)
from tests.home.conftest import hang
from wissensregion.models import SearchEntry

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

    from home.models import HomePage

pytestmark = pytest.mark.django_db

# Quotation marks, operators and columns of the full-text index, and what else people paste.
ODD = (
    '"', "'", '""', "''", '"rhein', "rhein*", "*", "^rhein", "title:rhein", "rhein AND", "OR",
    "NOT", "NEAR(rhein, 2)", "rhein NOT", "(rhein", "{title} : rhein", "%", "%s", "%(x)s",
    "\\", "a\\b", "--", "; DROP TABLE wagtailcore_page",
    "\x00rhein", "_ _", "🎉🎉", "\u200b\u200b", "ﬁ ﬂ",
    "<script>alert(1)</script>", "rhein " * 100, "ä" * 5000, "Du\u0308sseldorf",
)  # fmt: skip


def titles(client: Client, page: SearchPage, query: str) -> list[str]:
    return [hit.title for hit in client.get(page.url, {"q": query}).context["hits"]]


def test_a_search_finds_pages_of_every_plugin(
    client: Client, home: HomePage, search_page: SearchPage, about: StandardPage
) -> None:
    news = NewsIndexPageFactory(parent=home, title="Aktuelles")
    NewsPageFactory(parent=news, title="Stahlbrücke eingeweiht", summary="Über den Strom.")
    partners = PartnerIndexPageFactory(parent=home, title="Partner")
    PartnerPageFactory(parent=partners, title="Institut für Brückenbau", summary="Am Strom.")

    assert set(titles(client, search_page, "strom")) == {
        "Stahlbrücke eingeweiht",
        "Institut für Brückenbau",
    }


def test_every_word_must_occur(client: Client, home: HomePage, search_page: SearchPage) -> None:
    hang(home, StandardPage(title="Alte Brücke", slug="alt"))
    hang(home, StandardPage(title="Neue Brücke", slug="neu"))

    assert titles(client, search_page, "neue brücke") == ["Neue Brücke"]


def test_the_beginning_of_a_title_is_enough_where_no_word_fits(
    client: Client, home: HomePage, search_page: SearchPage
) -> None:
    hang(home, StandardPage(title="Wirtschaftsförderung", slug="wifoe"))

    assert titles(client, search_page, "wirtschaft") == ["Wirtschaftsförderung"]


def test_each_language_finds_its_own(
    client: Client, home: HomePage, english_home: HomePage, search_page: SearchPage
) -> None:
    hang(home, StandardPage(title="Campus am Fluss", slug="campus"))
    hang(english_home, StandardPage(title="Campus by the river", slug="campus"))
    english = hang(english_home, SearchPage(title="Search", slug="search"))

    assert titles(client, search_page, "campus") == ["Campus am Fluss"]
    assert titles(client, english, "campus") == ["Campus by the river"]


def test_drafts_and_private_pages_are_not_found(
    client: Client, home: HomePage, search_page: SearchPage
) -> None:
    hang(home, StandardPage(title="Entwurf über Brücken", slug="entwurf", live=False))
    private = hang(home, StandardPage(title="Geheim über Brücken", slug="geheim"))
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    assert titles(client, search_page, "brücken") == []


def test_a_hit_has_the_sentences_that_announce_it(
    client: Client, home: HomePage, search_page: SearchPage, about: StandardPage
) -> None:
    news = NewsIndexPageFactory(parent=home, title="Über Neuigkeiten", intro="Was geschieht.")
    NewsPageFactory(parent=news, title="Über Brücken", summary="Neu am Rhein.")
    hang(
        home,
        StandardPage(
            title="Über Suchmaschinen", slug="s", summary="Text", search_description="Eigens."
        ),
    )

    hits = client.get(search_page.url, {"q": "über"}).context["hits"]

    assert {hit.title: hit.summary for hit in hits} == {
        "Über uns": "Wer hier arbeitet.",
        "Über Neuigkeiten": "Was geschieht.",
        "Über Brücken": "Neu am Rhein.",
        "Über Suchmaschinen": "Eigens.",
    }


@pytest.mark.parametrize("query", ODD)
def test_no_input_breaks_the_search(client: Client, search_page: SearchPage, query: str) -> None:
    response = client.get(search_page.url, {"q": query})

    assert response.status_code == 200
    assert len(response.context["query"]) <= search.MAX_LENGTH
    assert b"<script>alert" not in response.content


def test_decomposed_umlauts_find_composed_ones(
    client: Client, home: HomePage, search_page: SearchPage
) -> None:
    hang(home, StandardPage(title="Düsseldorf entdecken", slug="d"))

    assert "Düsseldorf entdecken" in titles(client, search_page, "Du\u0308sseldorf")


def test_without_a_query_nothing_is_searched(client: Client, search_page: SearchPage) -> None:
    response = client.get(search_page.url)

    assert (response.context["query"], response.context["count"]) == ("", 0)
    assert "X-Robots-Tag" not in response


def test_one_letter_is_too_short(
    client: Client, search_page: SearchPage, about: StandardPage
) -> None:
    context = client.get(search_page.url, {"q": "ü"}).context

    assert (context["too_short"], context["count"]) == (True, 0)


def test_a_page_of_hits_is_not_for_search_engines(client: Client, search_page: SearchPage) -> None:
    assert client.get(search_page.url, {"q": "rhein"})["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("page", ["abc", "0", "-1", "99999", "", "1e9", "<script>"])
def test_a_wrong_page_number_shows_some_page(
    client: Client, home: HomePage, search_page: SearchPage, page: str
) -> None:
    for number in range(12):
        hang(home, StandardPage(title=f"Brücke {number}", slug=f"b{number}"))

    response = client.get(search_page.url, {"q": "brücke", "page": page})

    assert response.status_code == 200
    assert response.context["hits"].paginator.num_pages == 2
    assert response.context["search_query"] == "q=br%C3%BCcke&"


def test_a_search_costs_twelve_queries_at_most(
    client: Client,
    home: HomePage,
    search_page: SearchPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    news = NewsIndexPageFactory(parent=home)
    partners = PartnerIndexPageFactory(parent=home)
    for number in range(10):
        hang(home, StandardPage(title=f"Strom {number}", slug=f"s{number}"))
        NewsPageFactory(parent=news, title=f"Am Strom {number}")
        PartnerPageFactory(parent=partners, title=f"Institut am Strom {number}")
    client.get(search_page.url)

    with django_assert_max_num_queries(12):
        response = client.get(search_page.url, {"q": "strom"})

    assert response.context["count"] == 30


def test_two_who_index_the_same_page_at_once_do_not_meet(home: HomePage) -> None:
    """The look and the adding are one act: SQLite then lets one begin after the other."""
    with CaptureQueriesContext(connection) as queries:
        insert_or_update_object(home)

    said = [query["sql"] for query in queries]
    looks = next(number for number, sql in enumerate(said) if "indexentry" in sql)
    acts = [sql.split()[0] for sql in said]
    assert "SAVEPOINT" in acts[:looks]
    assert "RELEASE" not in acts[:looks]
    assert acts[-1] == "RELEASE"


def test_other_forms_of_a_word_are_found_in_both_languages(
    client: Client, home: HomePage, english_home: HomePage, search_page: SearchPage
) -> None:
    english = hang(english_home, SearchPage(title="Search", slug="search"))
    hang(home, StandardPage(title="Brücken", slug="b", summary="Die Universität hat gewonnen."))
    hang(english_home, StandardPage(title="Bridges", slug="b", summary="The university won."))

    assert titles(client, search_page, "Universitäten") == ["Brücken"]
    assert titles(client, search_page, "Bruecke") == ["Brücken"]
    assert titles(client, english, "bridge universities") == ["Bridges"]


def test_a_hit_shows_where_the_words_stand_and_no_markup_of_the_text(
    client: Client, home: HomePage, search_page: SearchPage
) -> None:
    text = "Wort " * 100 + "<script>alert(1)</script> über den Brücken & am Rhein " + "Wort " * 100
    hang(home, StandardPage(title="Eine Brücke", slug="b", summary=text))

    page = client.get(search_page.url, {"q": "brücke rhein"}).content.decode()

    assert "Eine <mark>Brücke</mark>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; über den <mark>Brücken</mark> &amp; am " in page
    assert "<mark>Rhein</mark> Wort" in page
    assert "<script>alert" not in page


def test_a_wrongly_written_word_is_guessed_if_that_finds_something(
    client: Client, home: HomePage, search_page: SearchPage
) -> None:
    hang(home, StandardPage(title="Universität Duisburg", slug="u"))
    private = hang(home, StandardPage(title="Geheimnis", slug="geheim"))
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    page = client.get(search_page.url, {"q": "Univeristät Düisburk"})

    assert page.context["suggestion"] == "universität duisburg"
    assert '<a href="?q=universit%C3%A4t+duisburg">' in page.content.decode()
    assert client.get(search_page.url, {"q": "Geheimnss"}).context["suggestion"] == ""
    assert client.get(search_page.url, {"q": "Xylophon"}).context["suggestion"] == ""


def test_what_is_unpublished_changed_or_deleted_is_found_no_longer(
    client: Client, home: HomePage, search_page: SearchPage
) -> None:
    pages = [hang(home, StandardPage(title=f"Brücke {n}", slug=f"b{n}")) for n in range(4)]
    pages[0].unpublish()
    pages[1].title = "Steg"
    pages[1].save_revision().publish()
    pages[2].delete()

    assert titles(client, search_page, "brücke") == ["Brücke 3"]
    assert titles(client, search_page, "steg") == ["Steg"]


def test_the_index_can_be_built_anew(
    client: Client, home: HomePage, search_page: SearchPage, about: StandardPage
) -> None:
    SearchEntry.objects.all().delete()
    assert titles(client, search_page, "arbeiten") == []

    call_command("update_index", verbosity=0)

    assert titles(client, search_page, "arbeiten") == ["Über uns"]


def test_another_search_engine_may_be_set(
    client: Client, home: HomePage, search_page: SearchPage, about: StandardPage, settings: Settings
) -> None:
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
    SearchEntry.objects.all().delete()

    assert titles(client, search_page, "über") == ["Über uns"]


def test_the_cms_finds_the_best_first_and_asks_the_index_once(home: HomePage) -> None:
    hang(home, StandardPage(title="Brücke", slug="b0"))
    for number in range(1, 3):
        hang(home, StandardPage(title=f"Brücke {'und noch ' * 9}Steg", slug=f"b{number}"))

    found = Page.objects.live().search("brücke")

    assert found[0].slug == "b0"
    assert (found.count(), len(found[1:3])) == (3, 2)
    with CaptureQueriesContext(connection) as queries:
        list(Page.objects.search("brücke"))
    if connection.vendor == "sqlite":
        assert "bm25" not in queries[-1]["sql"]
