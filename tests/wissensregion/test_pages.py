"""Pages as readers meet them: found by their address, public, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from wagtail.models import Page, PageViewRestriction
from wagtail.rich_text import expand_db_html

from home.models import StandardPage
from wissensregion.pages import in_language

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from wagtail.models import Locale

    from home.models import HomePage


@pytest.fixture
def about(home: HomePage) -> StandardPage:
    page = StandardPage(title="Über uns", slug="ueber-uns", locale=home.locale)
    home.add_child(instance=page)
    return page


@pytest.fixture
def about_in_english(about: StandardPage, english: Locale) -> StandardPage:
    page: StandardPage = about.copy_for_translation(english)
    page.title, page.slug = "About us", "about"
    page.save_revision().publish()
    return page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/en/", 200),
        ("/ueber-uns/", 200),
        ("/en/about/", 200),
        ("/en/ueber-uns/", 404),
        ("/about/", 404),
        ("/de/", 404),
        ("/de/ueber-uns/", 404),
        ("/en/en/about/", 404),
        ("/nirgends/", 404),
        ("/en/nirgends/about/", 404),
    ],
)
def test_an_address_means_one_page(
    client: Client, about_in_english: StandardPage, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


def test_a_page_is_found_on_every_level(client: Client, about: StandardPage) -> None:
    team = about.add_child(instance=StandardPage(title="Team", slug="team"))
    team.add_child(instance=StandardPage(title="Labor", slug="labor"))

    response = client.get("/ueber-uns/team/labor/")

    assert (response.status_code, response.context["page"].title) == (200, "Labor")


def test_the_same_path_elsewhere_is_another_page(
    client: Client, home: HomePage, about: StandardPage
) -> None:
    elsewhere = home.add_child(instance=StandardPage(title="Archiv", slug="archiv"))
    elsewhere.add_child(instance=StandardPage(title="Über uns, früher", slug="ueber-uns"))

    assert client.get("/ueber-uns/").context["page"].title == "Über uns"
    assert client.get("/archiv/ueber-uns/").context["page"].title == "Über uns, früher"


def test_a_draft_has_no_address(client: Client, about: StandardPage) -> None:
    about.unpublish()

    assert client.get("/ueber-uns/").status_code == 404


def test_a_page_for_some_visitors_asks_who_you_are(client: Client, about: StandardPage) -> None:
    team = about.add_child(instance=StandardPage(title="Team", slug="team"))
    PageViewRestriction.objects.create(page=about, restriction_type="login")

    for page in (about, team):
        assert client.get(page.url).status_code == 302
    assert client.get("/").status_code == 200


def test_a_page_asks_the_database_no_more_because_it_lies_deep(
    client: Client, about: StandardPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = about
    for slug in ("a", "b", "c", "d"):
        page = page.add_child(instance=StandardPage(title=slug, slug=slug))
    client.get("/")

    with django_assert_max_num_queries(6):
        assert client.get(page.url).status_code == 200


def test_a_chosen_page_is_shown_in_the_language_of_the_reader(
    about: StandardPage, about_in_english: StandardPage
) -> None:
    assert in_language([about.pk], "en") == {about.pk: Page.objects.get(pk=about_in_english.pk)}
    assert in_language([about.pk], "de") == {about.pk: Page.objects.get(pk=about.pk)}


def test_a_chosen_page_without_a_translation_is_shown_as_it_is(about: StandardPage) -> None:
    assert list(in_language([about.pk], "en")) == [about.pk]


def test_a_chosen_page_that_is_not_public_is_not_shown(
    about: StandardPage, about_in_english: StandardPage
) -> None:
    PageViewRestriction.objects.create(page=about, restriction_type="login")

    assert in_language([about.pk, 4711], "en") == {}


@pytest.mark.parametrize(
    ("number", "html"),
    [("{0}", '<a href="/ueber-uns/">'), ("4711", "<a>"), ("", "<a>"), ("x", "<a>")],
)
def test_a_link_in_a_text_leads_to_a_public_page_or_nowhere(
    about: StandardPage, number: str, html: str
) -> None:
    source = f'<p><a linktype="page" id="{number.format(about.pk)}">hier</a></p>'

    assert expand_db_html(source) == f"<p>{html}hier</a></p>"


def test_all_links_of_a_text_cost_one_query(
    about: StandardPage,
    about_in_english: StandardPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    links = (f'<a linktype="page" id="{page.pk}">x</a>' for page in (about, about_in_english))
    source = f"<p>{''.join(links)}</p>"
    expand_db_html(source)

    with django_assert_max_num_queries(1):
        expand_db_html(source)
