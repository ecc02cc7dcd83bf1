"""Where the stories of these tests hang, and what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import NewsIndexPageFactory, TopicFactory

if TYPE_CHECKING:
    from home.models import HomePage
    from news.models import NewsIndexPage, Topic


@pytest.fixture
def index(home: HomePage) -> NewsIndexPage:
    """An empty list of stories."""
    page: NewsIndexPage = NewsIndexPageFactory(parent=home, slug="aktuelles")
    return page


@pytest.fixture
def research(home: HomePage) -> Topic:
    topic: Topic = TopicFactory(name="Forschung", slug="forschung", locale=home.locale)
    return topic
