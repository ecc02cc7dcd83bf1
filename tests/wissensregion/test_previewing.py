"""A draft is seen from each side readers will meet it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import NewsIndexPageFactory, NewsPageFactory

if TYPE_CHECKING:
    from home.models import HomePage
    from news.models import NewsPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(home: HomePage) -> NewsPage:
    index = NewsIndexPageFactory(parent=home, locale=home.locale)
    story: NewsPage = NewsPageFactory(parent=index, locale=home.locale, live=False)
    story.title, story.summary = "Neues vom Rhein", "Es ist etwas geschehen."
    return story


def test_a_draft_is_seen_as_lists_will_show_it(draft: NewsPage) -> None:
    html = draft.make_preview_request(preview_mode="list").rendered_content

    assert html.count('class="teaser__title"') == 2
    assert html.count("Es ist etwas geschehen.") >= 2


def test_a_draft_is_seen_as_others_will_show_a_link_to_it(draft: NewsPage) -> None:
    draft.search_description = "So steht es in Suchmaschinen."

    html = draft.make_preview_request(preview_mode="link").rendered_content

    assert '<p class="office-link__title">Neues vom Rhein</p>' in html
    assert "<p>So steht es in Suchmaschinen.</p>" in html
