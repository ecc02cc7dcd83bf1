"""What stands around every page: menu, languages, footer, legal pages, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from wagtail.models import Page, PageViewRestriction

from home.models import HomePage, ImprintPage, SearchPage, SiteProfile, StandardPage

if TYPE_CHECKING:
    from django.http import HttpRequest
    from pytest_django import DjangoAssertNumQueries
    from wagtail.models import Locale

ALL = (
    "{% load home_tags %}{% navigation as items %}{% translations page as links %}"
    "{% profile as profile %}{% legal_pages as legal %}{% search_page as search %}"
)


@pytest.fixture
def request_(home: HomePage) -> HttpRequest:
    return RequestFactory().get("/", SERVER_NAME="testserver")


def around(request: HttpRequest | None, page: Page | None = None) -> dict[str, Any]:
    """Everything the tags say in one template."""
    context = Context({"request": request, **({"page": page} if page else {})})
    Template(ALL).render(context)
    return {str(key): value for key, value in context.flatten().items()}


def add(parent: Page, page: Page, **values: Any) -> Any:
    for name, value in values.items():
        setattr(page, name, value)
    page.locale = parent.locale
    parent.add_child(instance=page)
    return page


@pytest.fixture
def about(home: HomePage) -> StandardPage:
    page: StandardPage = add(home, StandardPage(title="Über uns", slug="ueber"), show_in_menus=True)
    return page


def test_the_menu_shows_what_the_editors_put_into_it(
    home: HomePage, about: StandardPage, request_: HttpRequest
) -> None:
    add(home, StandardPage(title="Nicht im Menü", slug="nicht"))
    add(home, StandardPage(title="Entwurf", slug="entwurf", live=False), show_in_menus=True)
    child = add(about, StandardPage(title="Team", slug="team"), show_in_menus=True)

    items = around(request_, child)["items"]

    assert [(item.title, item.url, item.active) for item in items] == [
        ("Über uns", "/ueber/", True)
    ]
    assert [(item.title, item.active) for item in items[0].children] == [("Team", True)]


def test_a_private_page_is_not_in_the_menu(
    home: HomePage, about: StandardPage, request_: HttpRequest
) -> None:
    PageViewRestriction.objects.create(page=about, restriction_type="login")

    assert around(request_, home)["items"] == []


def test_a_child_of_a_page_outside_the_menu_stays_outside(
    home: HomePage, request_: HttpRequest
) -> None:
    hidden = add(home, StandardPage(title="Verborgen", slug="verborgen"))
    add(hidden, StandardPage(title="Kind", slug="kind"), show_in_menus=True)

    assert around(request_, home)["items"] == []


def test_a_page_names_its_languages_in_their_own_words(
    home: HomePage, english_home: HomePage, request_: HttpRequest
) -> None:
    links = around(request_, english_home)["links"]

    assert [(link.code, link.name, link.url, link.active) for link in links] == [
        ("de", "Deutsch", "http://testserver/", False),
        ("en", "English", "http://testserver/en/", True),
    ]


def test_a_page_without_a_translation_has_one_language(
    home: HomePage, about: StandardPage, request_: HttpRequest
) -> None:
    assert [link.code for link in around(request_, about)["links"]] == ["de"]


def test_a_draft_of_a_translation_is_no_language(
    about: StandardPage, english: Locale, request_: HttpRequest
) -> None:
    about.copy_for_translation(english)

    assert [link.code for link in around(request_, about)["links"]] == ["de"]


def test_an_alias_that_still_speaks_german_is_not_english(
    about: StandardPage, english: Locale, request_: HttpRequest
) -> None:
    alias = about.copy_for_translation(english, alias=True)
    alias.live = True
    alias.save()

    assert [link.code for link in around(request_, about)["links"]] == ["de"]


def test_a_view_without_a_page_offers_the_home_pages(home: HomePage, request_: HttpRequest) -> None:
    with translation.override("en"):
        found = around(request_)

    assert [(link.url, link.active) for link in found["links"]] == [
        ("http://testserver/", False),
        ("http://testserver/en/", True),
    ]


def test_the_profile_of_the_page_speaks_its_language(
    home: HomePage,
    english_home: HomePage,
    german: Locale,
    english: Locale,
    request_: HttpRequest,
) -> None:
    SiteProfile.objects.create(organisation="Wissensregion", locale=german)
    SiteProfile.objects.create(organisation="Knowledge Region", locale=english)

    assert around(request_, english_home)["profile"].organisation == "Knowledge Region"


def test_without_an_english_profile_the_german_one_speaks(
    english_home: HomePage, german: Locale, request_: HttpRequest
) -> None:
    SiteProfile.objects.create(organisation="Wissensregion", locale=german)

    assert around(request_, english_home)["profile"].organisation == "Wissensregion"


def test_legal_pages_and_search_need_no_place_in_the_menu(
    home: HomePage, request_: HttpRequest
) -> None:
    imprint = add(home, ImprintPage(title="Impressum", slug="impressum"))
    search = add(home, SearchPage(title="Suche", slug="suche"))

    found = around(request_, home)

    assert [page.pk for page in found["legal"]] == [imprint.pk]
    assert (found["search"].pk, found["items"]) == (search.pk, [])


def test_without_a_request_there_is_nothing_around_and_no_error(db: None) -> None:
    found = around(None)

    assert (found["items"], found["links"], found["profile"]) == ([], [], None)


def test_without_any_site_there_is_nothing_around_and_no_error(db: None) -> None:
    request = RequestFactory().get("/", SERVER_NAME="elsewhere.example")
    Page.objects.filter(depth=2).delete()

    assert around(request)["items"] == []


def test_everything_around_a_page_costs_five_queries(
    home: HomePage,
    about: StandardPage,
    request_: HttpRequest,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    around(RequestFactory().get("/", SERVER_NAME="testserver"), about)
    page = StandardPage.objects.select_related("locale").get(pk=about.pk)

    with django_assert_max_num_queries(5):
        around(request_, page)
