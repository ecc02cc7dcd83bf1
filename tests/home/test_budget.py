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

# What each page may ask once its surroundings are known, by whoever comes first.
LIMITS = {
    "": 5,
    "aktuelles/": 3,
    "aktuelles/?page=1": 3,
    "aktuelles/jahr/2026/": 3,
    "aktuelles/meldung-1/": 3,
    "aktuelles/preis/": 7,
    "ueber-uns/": 3,
    "impressum/": 3,
    "suche/": 3,
    "suche/?q=meldung": 3,
    # Looks for a word like it as well, and for what that finds.
    "suche/?q=gibtesnicht": 5,
}


@pytest.fixture
def full_site(home: HomePage) -> HomePage:
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
def translated(full_site: HomePage, english: Locale) -> HomePage:
    """The same in English."""
    for page in Page.objects.live().filter(depth__gt=2).order_by("path").specific():
        page.copy_for_translation(english).save_revision().publish()
    news, partners = (full_site.get_children().get(slug=slug) for slug in ("aktuelles", "partner"))
    for home in (full_site, full_site.get_translation(english)):
        home.campaign, home.partners = news, partners
        home.save_revision().publish()
    return full_site


@pytest.mark.parametrize(("language", "prefix"), [("de", "/"), ("en", "/en/")])
def test_a_page_asks_the_database_for_itself_and_not_for_what_stands_around_it(
    client: Client, translated: HomePage, language: str, prefix: str
) -> None:
    spent = {}
    # Lists of a year have an address in each language.
    words = {"de": "jahr", "en": "year"}
    limits = {path.replace("jahr", words[language]): most for path, most in LIMITS.items()}
    for path in limits:
        # The first visits make what stands around the page.
        assert [client.get(prefix + path).status_code for _visit in range(2)] == [200, 200]
        with CaptureQueriesContext(connection) as queries:
            response = client.get(prefix + path)
        assert f'<html lang="{language}">' in response.content.decode()
        spent[path] = len(queries)

    assert "Am Ufer" in client.get(f"{prefix}aktuelles/preis/").content.decode()
    assert {path: count for path, count in spent.items() if count > limits[path]} == {}
