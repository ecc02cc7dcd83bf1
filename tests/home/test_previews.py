"""Editors see every page before it is published, also one that was never saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.models import HomePage, ImprintPage, SearchPage, StandardPage
from news.models import AwardStoryPage, NewsIndexPage, NewsPage
from tests.factories import (
    AwardStoryPageFactory,
    NewsIndexPageFactory,
    NewsPageFactory,
    TopicFactory,
)
from tests.home.conftest import hang

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Page

    from wissensregion.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(home: HomePage) -> NewsIndexPage:
    page: NewsIndexPage = NewsIndexPageFactory(parent=home)
    return page


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def pages(home: HomePage, index: NewsIndexPage) -> list[Page]:
    return [
        home,
        index,
        NewsPageFactory(parent=index),
        AwardStoryPageFactory(parent=index),
        hang(home, StandardPage(title="Über uns", slug="ueber-uns")),
        hang(home, ImprintPage(title="Impressum", slug="impressum")),
        hang(home, SearchPage(title="Suche", slug="suche")),
    ]


def test_every_page_can_be_previewed_as_it_is_being_written(pages: list[Page]) -> None:
    for page in pages:
        page.title = f"Ein neuer Titel für {page.pk}"
        if isinstance(page, HomePage):
            page.lead = page.title

        response = page.make_preview_request()

        assert response.status_code == 200, page
        assert page.title in response.rendered_content.replace("\u00ad", ""), page


def test_an_english_page_is_previewed_in_english(home: HomePage, english_home: HomePage) -> None:
    response = english_home.make_preview_request()

    assert '<html lang="en">' in response.rendered_content


def fields(**values: Any) -> dict[str, Any]:
    common = {
        "title": "Ganz neu",
        "slug": "ganz-neu",
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "body": streamfield([("paragraph", rich_text("<p>Erster Absatz</p>"))]),
    }
    data: dict[str, Any] = nested_form_data({**common, **values})
    return data


STORY = {"summary": "Zwei Sätze.", "date": "2026-11-23", "photo": "", "photo_alt": ""}
IMPRINT = {
    "organisation": "Verein",
    "address": "Musterufer 7",
    "representatives": "Ada",
    "email": "info@example.org",
    "responsible": "Ada",
}
AWARD = {**STORY, "award": "Preis", "placement": "1", "awarding_body": "Forum", "honoured": ""}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (StandardPage, {"summary": ""}),
        (ImprintPage, IMPRINT),
        (SearchPage, {}),
        (NewsIndexPage, {"intro": ""}),
        (NewsPage, STORY),
        (AwardStoryPage, AWARD),
    ],
)
def test_a_page_never_saved_is_previewed_in_the_cms(
    office: Client, index: NewsIndexPage, model: type[Page], values: dict[str, Any]
) -> None:
    is_story = issubclass(model, NewsPage)
    parent = index if is_story else index.get_parent()
    topic = {"topic": TopicFactory().pk} if is_story else {}
    address = reverse(
        "wagtailadmin_pages:preview_on_add",
        args=[model._meta.app_label, model._meta.model_name, parent.pk],
    )

    answer = office.post(address, fields(**values, **topic)).json()
    page = office.get(address)

    assert answer == {"is_valid": True, "is_available": True}
    assert page.status_code == 200
    assert "Ganz neu" in page.content.decode()
    assert not model.objects.filter(title="Ganz neu").exists()
