"""A page with everything on it asks the database little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from home.models import ImprintPage, SearchPage, SiteProfile, StandardPage
from tests.factories import (
    AwardStoryPageFactory,
    NewsIndexPageFactory,
    NewsPageFactory,
    PartnerIndexPageFactory,
    PartnerPageFactory,
    SiteImageFactory,
    TopicFactory,
)
from tests.home.conftest import hang

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale

    from home.models import HomePage

LIMIT = 12
PATHS = (
    "", "aktuelles/", "aktuelles/?page=1", "aktuelles/meldung-1/", "aktuelles/preis/", "ueber-uns/",
    "impressum/", "suche/", "suche/?q=meldung", "suche/?q=gibtesnicht",
)  # fmt: skip


@pytest.fixture
def furnished(home: HomePage) -> HomePage:
    """A home page with news, an award, partners and pages that stay."""
    news = NewsIndexPageFactory(parent=home, slug="aktuelles", show_in_menus=True)
    topic = TopicFactory(name="Preis")
    photo = SiteImageFactory(file__width=60, file__height=40)
    stories = [
        NewsPageFactory(parent=news, topic=topic, slug=f"meldung-{number}", photo=photo)
        for number in range(4)
    ]
    award = AwardStoryPageFactory(
        parent=news, topic=topic, slug="preis", photo=photo, honoured=stories[0]
    )
    award.body = [
        ("heading", {"text": "Die Jury", "level": "2"}),
        ("paragraph", "<p>Sie war sich einig.</p>"),
        ("quote", {"text": "Ein Vorbild", "attribution": "Ada"}),
        ("key_figures", {"figures": [{"number": 60, "label": "Bewerbungen"}]}),
        ("photo", {"image": photo, "caption": "Am Ufer"}),
        ("people_photo", {"image": photo, "people": [{"name": "Ada"}]}),
        ("related_pages", {"pages": [stories[1], stories[2], home]}),
        ("call_to_action", {"label": "Mehr", "page": stories[3]}),
        ("signup", {}),
    ]
    award.save_revision().publish()
    partners = PartnerIndexPageFactory(parent=home, slug="partner", show_in_menus=True)
    for number in range(8):
        PartnerPageFactory(parent=partners, slug=f"p{number}")
    hang(home, StandardPage(title="Über uns", slug="ueber-uns", show_in_menus=True))
    hang(home, ImprintPage(title="Impressum", slug="impressum"))
    hang(home, SearchPage(title="Suche", slug="suche"))
    SiteProfile.objects.create(organisation="Wissensregion", locale=home.locale)
    Page.objects.update(first_published_at=timezone.now())
    return home


@pytest.fixture
def translated(furnished: HomePage, english: Locale) -> HomePage:
    """The same in English."""
    for page in Page.objects.live().filter(depth__gt=2).order_by("path").specific():
        page.copy_for_translation(english).save_revision().publish()
    news, partners = (furnished.get_children().get(slug=slug) for slug in ("aktuelles", "partner"))
    for home in (furnished, furnished.get_translation(english)):
        home.campaign, home.partners = news, partners
        home.save_revision().publish()
    return furnished


@pytest.mark.parametrize(("language", "prefix"), [("de", "/"), ("en", "/en/")])
def test_every_page_costs_twelve_queries_at_most(
    client: Client, translated: HomePage, language: str, prefix: str
) -> None:
    spent = {}
    for path in PATHS:
        assert client.get(prefix + path).status_code == 200  # The first visit makes renditions.
        with CaptureQueriesContext(connection) as queries:
            response = client.get(prefix + path)
        assert f'<html lang="{language}">' in response.content.decode()
        spent[path] = len(queries)

    assert "Am Ufer" in client.get(f"{prefix}aktuelles/preis/").content.decode()
    assert {path: count for path, count in spent.items() if count > LIMIT} == {}
