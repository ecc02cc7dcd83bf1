"""What a page says to search engines, and to those who show a link to it."""

from __future__ import annotations

import json
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from wagtail.models import Page

from home.models import SiteProfile, StandardPage
from tests.factories import (
    AwardStoryPageFactory,
    NewsIndexPageFactory,
    PartnerFactory,
    PartnerIndexPageFactory,
    PartnerPageFactory,
    SiteImageFactory,
    TopicFactory,
)
from tests.home.conftest import hang
from tests.vocabulary import mistakes

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale

    from home.models import HomePage
    from news.models import AwardStoryPage

pytestmark = pytest.mark.django_db
EVIL = 'Sieg </script><script>alert("1")</script> & <!-- mehr'


class Head(HTMLParser):
    """The scripts and the descriptions of a page, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[tuple[str, str]] = []
        self.meta: dict[str, str] = {}
        self.kind: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "script":
            self.kind = found.get("type", "text/javascript")
        elif tag == "meta" and (name := found.get("property") or found.get("name")):
            self.meta[name] = found["content"]

    def handle_endtag(self, tag: str) -> None:
        self.kind = None

    def handle_data(self, data: str) -> None:
        if self.kind is not None:
            self.scripts.append((self.kind, data))

    @property
    def nodes(self) -> list[dict[str, Any]]:
        assert {kind for kind, _text in self.scripts} == {"application/ld+json"}
        graphs = [json.loads(text) for _kind, text in self.scripts]
        assert {graph["@context"] for graph in graphs} == {"https://schema.org"}
        return [node for graph in graphs for node in graph["@graph"]]

    def only(self, kind: str) -> dict[str, Any]:
        [node] = [node for node in self.nodes if node["@type"] == kind]
        return node


def head(client: Client, path: str) -> Head:
    answer = client.get(path)
    assert answer.status_code == 200
    return Head(answer.content.decode())


@pytest.fixture
def profile(home: HomePage) -> SiteProfile:
    social = [("link", {"network": "Mastodon", "url": "https://social.example/@region"})]
    return SiteProfile.objects.create(
        organisation="Wissensregion e. V.",
        claim="Wissen am Rhein",
        address="Rheinufer 1\n40213 Düsseldorf",
        email="buero@example.org",
        social=social,
        locale=home.locale,
    )


@pytest.fixture
def award(home: HomePage, german: Locale, profile: SiteProfile) -> AwardStoryPage:
    partners = PartnerIndexPageFactory(parent=home, slug="partner", locale=german)
    honoured = PartnerPageFactory(
        parent=partners,
        slug="hochschule",
        title="Hochschule",
        locale=german,
        partner=PartnerFactory(name="Hochschule am Rhein"),
        logo=SiteImageFactory(),
        links=[("link", {"label": "Start", "url": "https://hochschule.example/"})],
        contacts=[("contact", {"name": "Ada Beispiel", "email": "ada@example.org"})],
    )
    news = NewsIndexPageFactory(parent=home, slug="aktuelles", locale=german)
    story: AwardStoryPage = AwardStoryPageFactory(
        parent=news,
        slug="preis",
        title=EVIL,
        locale=german,
        topic=TopicFactory(name="Preise", locale=german),
        photo=SiteImageFactory(licence="cc-by-4.0"),
        category="Hochschulen",
        honoured=honoured,
    )
    story.save_revision().publish()
    story.refresh_from_db()
    return story


def test_an_award_story_names_award_picture_credit_and_publisher(
    client: Client, award: AwardStoryPage
) -> None:
    story = head(client, "/aktuelles/preis/").only("NewsArticle")

    assert story["headline"] == EVIL
    assert story["award"] == "Innovative Wirtschaftsförderung 2019, Hochschulen"
    assert (story["inLanguage"], story["articleSection"]) == ("de", "Preise")
    assert datetime.fromisoformat(story["datePublished"]) == award.first_published_at
    assert datetime.fromisoformat(story["dateModified"]) == award.last_published_at
    photo, card = story["image"]
    assert card["url"] == head(client, "/aktuelles/preis/").meta["og:image"]
    assert photo["creditText"] == "Paula Beispiel"
    assert photo["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert photo["url"].startswith("http://testserver/media/images/")
    assert story["publisher"]["name"] == story["author"]["name"] == "Wissensregion e. V."
    assert client.get(story["publisher"]["logo"]["url"]).status_code == 200
    assert story["about"]["url"] == "http://testserver/partner/hochschule/"


def test_no_text_of_an_editor_ends_the_script_or_begins_another(
    client: Client, award: AwardStoryPage
) -> None:
    page = client.get("/aktuelles/preis/").content.decode()

    assert {kind for kind, _text in Head(page).scripts} == {"application/ld+json"}
    assert all(not set("<>&") & set(text) for _kind, text in Head(page).scripts)
    # Data, which no browser runs: the policy needs no exception for it.
    policy = client.get("/aktuelles/preis/")["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"


def test_a_partner_is_an_institution_and_its_people_are_left_out(
    client: Client, award: AwardStoryPage
) -> None:
    page = head(client, "/partner/hochschule/")
    partner = page.only("CollegeOrUniversity")

    assert (partner["name"], partner["url"]) == (
        "Hochschule am Rhein",
        "https://hochschule.example/",
    )
    assert partner["memberOf"]["@id"] == page.only("Organization")["@id"]
    assert partner["logo"]["url"].startswith("http://testserver/media/images/")
    assert not [text for _kind, text in page.scripts if "ada@" in text or "Ada" in text]


def test_the_association_introduces_itself_on_every_page(
    client: Client, award: AwardStoryPage
) -> None:
    start = head(client, "/")
    region = start.only("Organization")

    assert region == head(client, "/aktuelles/").only("Organization")
    assert region["sameAs"] == ["https://social.example/@region"]
    assert region["address"] == "Rheinufer 1, 40213 Düsseldorf"
    assert start.only("WebSite")["publisher"] == {"@id": region["@id"]}


def test_the_way_to_a_page_leads_past_what_nobody_may_open(
    client: Client, home: HomePage, profile: SiteProfile, english: Locale
) -> None:
    private = hang(home, StandardPage(title="Intern", slug="intern"))
    open_ = hang(private, StandardPage(title="Offen", slug="offen"))
    hang(open_, StandardPage(title="Ziel", slug="ziel"))

    def way(path: str) -> list[tuple[str, str]]:
        steps = head(client, path).only("BreadcrumbList")["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        return [(step["name"], step["item"].removeprefix("http://testserver")) for step in steps]

    start = ("Wissensregion Düsseldorf", "/")
    there = ("Offen", "/intern/offen/")
    last = ("Ziel", "/intern/offen/ziel/")
    assert way("/intern/offen/ziel/") == [start, ("Intern", "/intern/"), there, last]

    private.unpublish()
    assert way("/intern/offen/ziel/") == [start, there, last]
    assert "BreadcrumbList" not in {node["@type"] for node in head(client, "/").nodes}


def test_every_page_speaks_the_vocabulary(
    client: Client, award: AwardStoryPage, home: HomePage
) -> None:
    hang(home, StandardPage(title="Über uns", slug="ueber"))
    paths = [page.url for page in Page.objects.live() if page.url]
    wrong = {
        path: found
        for path in paths
        if (found := [each for node in head(client, path).nodes for each in mistakes(node)])
    }

    assert len(paths) >= 6
    assert wrong == {}


def test_a_shared_link_shows_what_the_page_says(client: Client, award: AwardStoryPage) -> None:
    meta = head(client, "/aktuelles/preis/").meta

    assert (meta["og:type"], meta["og:locale"]) == ("article", "de_DE")
    assert meta["og:title"] == EVIL
    assert meta["og:description"] == award.summary
    assert meta["og:url"] == "http://testserver/aktuelles/preis/"
    assert meta["og:site_name"] == "Wissensregion e. V."
    assert datetime.fromisoformat(meta["article:published_time"]) == award.first_published_at
    start = head(client, "/en/").meta
    assert (start["og:type"], start["og:locale"], start["og:locale:alternate"]) == (
        "website",
        "en_GB",
        "de_DE",
    )
