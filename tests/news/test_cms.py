"""The screens of the news in the CMS."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import NewsIndexPageFactory, NewsPageFactory, TopicFactory

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db


def test_the_list_of_stories_shows_date_and_topic(
    client: Client, admin: User, home: HomePage
) -> None:
    client.force_login(admin)
    index = NewsIndexPageFactory(parent=home)
    topic = TopicFactory(name="Forschung")
    NewsPageFactory(parent=index, title="Alt", topic=topic, date=date(2019, 11, 22))
    NewsPageFactory(parent=index, title="Neu", date=date(2026, 5, 1))

    page = client.get(reverse("stories:index"))
    by_topic = client.get(reverse("stories:index"), {"topic": topic.pk})

    assert [story.title for story in page.context["object_list"]] == ["Neu", "Alt"]
    assert "Forschung" in page.content.decode()
    assert [story.title for story in by_topic.context["object_list"]] == ["Alt"]


def test_topics_and_site_settings_have_their_own_screens(
    client: Client, admin: User, home: HomePage
) -> None:
    client.force_login(admin)
    TopicFactory(name="Forschung")

    for name in ("wagtailsnippets_news_topic:list", "wagtailsnippets_home_siteprofile:list"):
        assert client.get(reverse(name)).status_code == 200


def test_a_new_story_opens_with_the_date_of_today(
    client: Client, admin: User, home: HomePage
) -> None:
    client.force_login(admin)
    index = NewsIndexPageFactory(parent=home)

    page = client.get(reverse("wagtailadmin_pages:add", args=["news", "newspage", index.pk]))

    assert page.context["form"]["date"].value() == timezone.localdate()
