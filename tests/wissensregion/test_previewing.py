"""A draft is seen from each side readers will meet it on."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import pytest

from tests.factories import (
    AwardStoryPageFactory,
    NewsIndexPageFactory,
    NewsPageFactory,
    PartnerIndexPageFactory,
    PartnerPageFactory,
    SiteImageFactory,
)

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Page

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


# What is said of previews alone, and what nobody can know before: when the page is published.
BESIDE = re.compile(
    r'<meta name="robots" content="noindex">'
    r'|<meta property="article:(?:published|modified)_time"[^>]*>'
    r'|"date(?:Published|Modified)":"[^"]*",?'
)


def lines(html: str) -> list[str]:
    body = BESIDE.sub("", html)
    return [line.strip() for line in body.splitlines() if line.strip()]


@pytest.mark.parametrize("kind", ["story", "award", "partner"])
def test_a_preview_is_the_page_as_it_will_be(client: Client, home: HomePage, kind: str) -> None:
    photo = SiteImageFactory(description="Ein Steg am Ufer", credit="Lotte Licht")
    page: Page
    if kind == "partner":
        profiles = PartnerIndexPageFactory(parent=home, locale=home.locale)
        page = PartnerPageFactory(parent=profiles, locale=home.locale)
        page.services = [("service", {"title": "Beratung", "text": "Auf Deutsch."})]
    else:
        index = NewsIndexPageFactory(parent=home, locale=home.locale)
        NewsPageFactory(parent=index, locale=home.locale, title="Davor")
        factory = AwardStoryPageFactory if kind == "award" else NewsPageFactory
        page = factory(parent=index, locale=home.locale, photo=photo)
    page.save_revision().publish()
    draft = page.get_latest_revision_as_object()
    draft.title, draft.summary = "Ganz anders", "Was nun geschah."
    draft.body = [
        ("heading", {"text": "Am Ufer", "level": "2"}),
        ("photo", {"image": photo, "caption": "Der Steg"}),
        ("people_photo", {"image": photo, "people": [{"name": "Ada Beispiel"}]}),
    ]

    preview = lines(draft.make_preview_request(preview_mode="").content.decode())
    draft.save_revision().publish()
    public = lines(client.get(draft.url).content.decode())

    assert list(difflib.unified_diff(preview, public, n=0)) == []
    assert any("Ganz anders" in line for line in public)
