"""Stories, their index, and how others announce them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from news import teasers
from news.models import NewsIndexPage, NewsPage, Topic
from tests.factories import (
    AwardStoryPageFactory,
    NewsPageFactory,
    PartnerIndexPageFactory,
    PartnerPageFactory,
    SiteImageFactory,
)

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from wagtail.models import Locale

    from home.models import HomePage

pytestmark = pytest.mark.django_db


def shown(client: Client, rest: str = "") -> list[str]:
    response = client.get(f"/aktuelles/{rest}")
    assert response.status_code == 200
    return [story.title for story in response.context["page_of_stories"]]


@pytest.fixture
def stories(index: NewsIndexPage, research: Topic) -> None:
    NewsPageFactory(parent=index, title="Alt", date=date(2019, 11, 22), topic=research)
    NewsPageFactory(parent=index, title="Neu", date=date(2026, 5, 1))
    AwardStoryPageFactory(parent=index, title="Preis", date=date(2026, 7, 1), topic=research)
    NewsPageFactory(parent=index, title="Entwurf", live=False)


@pytest.mark.usefixtures("stories")
def test_the_latest_story_comes_first_and_award_stories_are_stories(client: Client) -> None:
    assert shown(client) == ["Preis", "Neu", "Alt"]


@pytest.mark.usefixtures("stories")
@pytest.mark.parametrize(
    "query",
    [
        "?page=abc", "?page=0", "?page=-1", "?page=99999", "?page=", "?year=1999", "?nonsense=1",
        "?topic=<script>alert(1)</script>", "?topic=%00",
    ],
)  # fmt: skip
def test_an_index_knows_no_question_but_the_part(client: Client, query: str) -> None:
    assert shown(client, query) == ["Preis", "Neu", "Alt"]
    assert "<script>alert" not in client.get(f"/aktuelles/{query}").content.decode()


def test_stories_are_shown_a_dozen_at_a_time(client: Client, index: NewsIndexPage) -> None:
    for number in range(13):
        NewsPageFactory(parent=index, title=f"{number}", date=date(2026, 1, 1 + number))

    assert len(shown(client)) == 12
    assert shown(client, "?page=2") == ["0"]


def test_an_empty_index_says_so(client: Client, index: NewsIndexPage) -> None:
    assert shown(client) == []


def test_a_private_story_is_not_listed(client: Client, index: NewsIndexPage) -> None:
    story = NewsPageFactory(parent=index)
    PageViewRestriction.objects.create(page=story, restriction_type="login")

    assert shown(client) == []
    assert teasers.latest("de", 5) == []


def test_an_index_has_no_place_beside_the_home_pages(home: HomePage, index: NewsIndexPage) -> None:
    assert not NewsIndexPage.can_exist_under(Page.get_first_root_node())
    assert NewsIndexPage.can_exist_under(home)
    assert not NewsPage.can_exist_under(home)
    assert not NewsIndexPage.can_exist_under(NewsPageFactory(parent=index))


def test_a_new_story_has_the_date_of_today() -> None:
    assert NewsPage().date == timezone.localdate()


def test_two_topics_of_a_language_do_not_share_a_slug(research: Topic, english: Locale) -> None:
    Topic(name="Forschung", slug="forschung", locale=english).full_clean()

    with pytest.raises(ValidationError):
        Topic(name="Noch eine", slug="forschung", locale=research.locale).full_clean()


def test_teasers_come_latest_first_with_two_queries_at_most(
    index: NewsIndexPage, research: Topic, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        NewsPageFactory(
            parent=index,
            title=f"{number}",
            date=date(2026, 1, 1 + number),
            topic=research,
            photo=SiteImageFactory(),
        )
    teasers.latest("de", 1)

    with django_assert_max_num_queries(2):
        found = teasers.latest("de", 3)

    assert [teaser.title for teaser in found] == ["4", "3", "2"]
    assert {teaser.label for teaser in found} == {"Forschung"}


def test_the_honoured_partner_is_shown_in_the_language_of_the_story(
    client: Client, home: HomePage, index: NewsIndexPage, research: Topic, english: Locale
) -> None:
    partners = PartnerIndexPageFactory(parent=home, slug="partner")
    partner = PartnerPageFactory(parent=partners, title="Hochschule", slug="hochschule")
    story = AwardStoryPageFactory(parent=index, slug="preis", topic=research, honoured=partner)
    research.copy_for_translation(english).save()
    for page in (index, partners, story):
        page.copy_for_translation(english).save_revision().publish()
    university = partner.copy_for_translation(english)
    university.title = "University"
    university.save_revision().publish()

    assert "Hochschule" in client.get("/aktuelles/preis/").content.decode()
    english_page = client.get("/en/aktuelles/preis/").content.decode()
    assert "University" in english_page
    assert "Hochschule" not in english_page


def test_an_honoured_partner_that_is_gone_is_not_shown(
    client: Client, home: HomePage, index: NewsIndexPage
) -> None:
    partners = PartnerIndexPageFactory(parent=home, slug="partner")
    partner = PartnerPageFactory(parent=partners, title="Hochschule")
    AwardStoryPageFactory(parent=index, slug="preis", honoured=partner)
    partner.unpublish()

    assert "Hochschule" not in client.get("/aktuelles/preis/").content.decode()
