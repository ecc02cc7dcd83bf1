"""A front end's view: one small site with every type of page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine

from tests import factories
from tests.wissensregion.reading import Readers
from tests.wissensregion.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wagtail.models import Locale

    from home.models import HomePage
    from news.models import NewsIndexPage, NewsPage
    from wissensregion.models import SiteImage

PEOPLE = [{"name": "Ada Beispiel", "role": "Leitung", "organisation": "Stadt Düsseldorf"}]


@pytest.fixture
def noon() -> Iterator[None]:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def portrait(db: None) -> SiteImage:
    """A picture with rights, a person and a focal point."""
    return factories.SiteImageFactory(
        file__filename="portrait.jpg",
        licence="cc-by-4.0",
        people=PEOPLE,
        focal_point_x=600,
        focal_point_y=300,
        focal_point_width=200,
        focal_point_height=200,
    )


@pytest.fixture
def samples(english_home: HomePage, portrait: SiteImage) -> Samples:
    """Pages in English, so that no catalogue of words decides what they say."""
    return Samples(english_home, portrait)


@pytest.fixture
def news(home: HomePage, german: Locale) -> NewsIndexPage:
    return factories.NewsIndexPageFactory(parent=home, locale=german, slug="aktuelles")


@pytest.fixture
def story(news: NewsIndexPage, german: Locale, portrait: SiteImage) -> NewsPage:
    """A published story with a photo."""
    story = factories.NewsPageFactory(
        parent=news,
        locale=german,
        title="Ausgezeichnet",
        slug="ausgezeichnet",
        topic=factories.TopicFactory(locale=german),
        photo=portrait,
    )
    story.save_revision().publish()
    story.refresh_from_db()
    return story


@pytest.fixture
def readers(home: HomePage) -> Readers:
    """A process that serves readers through the cache, from the beginning."""
    return Readers()
