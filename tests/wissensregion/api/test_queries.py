"""An answer costs few queries, however many pages it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache

from tests import factories
from wissensregion import keeping

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from wagtail.models import Locale

    from home.models import HomePage
    from news.models import NewsIndexPage

BUDGET = 12


@pytest.fixture
def stories(news: NewsIndexPage, german: Locale, english_home: HomePage) -> list[Any]:
    """Twenty stories, each with pictures of its own and links; every second won an award."""
    topic = factories.TopicFactory(locale=german)
    made: list[Any] = []
    for number in range(20):
        photo, other = factories.SiteImageFactory.create_batch(2)
        link = f'<a linktype="page" id="{(made or [news])[-1].pk}">davor</a>'
        factory = factories.AwardStoryPageFactory if number % 2 else factories.NewsPageFactory
        body = [
            ("paragraph", link),
            ("photo", {"image": other, "caption": ""}),
            ("related_pages", {"heading": "", "pages": [english_home]}),
        ]
        made.append(factory(parent=news, locale=german, topic=topic, photo=photo, body=body))
    return made


def forget() -> None:
    """Begin like a process that has answered nothing yet."""
    cache.clear()
    keeping.forget()
    ContentType.objects.clear_cache()


def test_a_list_of_twenty_stays_in_budget(
    client: Client, stories: list[Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    url = "/api/v1/pages/?type=news.NewsPage&limit=20"
    assert len(client.get(url).json()["items"]) == 20
    forget()

    with django_assert_max_num_queries(BUDGET):
        client.get(url)


def test_a_page_stays_in_budget(
    client: Client, stories: list[Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    url = f"/api/v1/pages/{stories[-1].pk}/"
    client.get(url)
    forget()

    with django_assert_max_num_queries(BUDGET):
        client.get(url)


def test_a_path_stays_in_budget(
    client: Client, stories: list[Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    url = f"/api/v1/pages/by-path/?path={stories[-1].url}"
    assert client.get(url).status_code == 200
    forget()

    with django_assert_max_num_queries(BUDGET):
        client.get(url)
