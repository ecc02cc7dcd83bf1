"""What feed readers and news search get of the stories."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone
from django.utils.http import http_date
from wagtail.models import Page, PageViewRestriction

from news import urls, views
from news.feeds import LATEST
from news.models import NewsIndexPage, NewsPage, Topic
from tests.factories import (
    AwardStoryPageFactory,
    NewsIndexPageFactory,
    NewsPageFactory,
    SiteImageFactory,
    TopicFactory,
)
from wissensregion import keeping
from wissensregion.cache import lifetimes

if TYPE_CHECKING:
    from django.test import Client
    from wagtail.models import Locale

    from home.models import HomePage

pytestmark = pytest.mark.django_db
KINDS = ("atom", "json")
NEWS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture
def index(home: HomePage) -> NewsIndexPage:
    page: NewsIndexPage = NewsIndexPageFactory(
        parent=home, slug="aktuelles", intro="Was geschieht", locale=home.locale
    )
    page.save_revision().publish()
    return page


@pytest.fixture
def prizes(german: Locale) -> Topic:
    topic: Topic = TopicFactory(name="Preise", slug="preise", locale=german)
    return topic


@pytest.fixture
def award(index: NewsIndexPage, prizes: Topic) -> NewsPage:
    """A story that tries what markup could break on, with a picture under a public licence."""
    story: NewsPage = AwardStoryPageFactory(
        parent=index,
        locale=index.locale,
        title='Preis für <Müller & Söhne> \x0b"groß"',
        slug="preis",
        topic=prizes,
        summary="Erst der 1. Platz, dann </summary> & mehr.",
        date=date(2026, 11, 23),
        photo=SiteImageFactory(credit="Foto & Co. <Köln>", licence="cc-by-4.0"),
        photo_alt='Zwei "Sieger"',
    )
    story.save_revision().publish()
    return story


@pytest.fixture
def plain(index: NewsIndexPage, german: Locale) -> NewsPage:
    story: NewsPage = NewsPageFactory(
        parent=index,
        locale=german,
        slug="ohne-bild",
        topic=TopicFactory(locale=german),
        date=date(2026, 11, 1),
    )
    story.save_revision().publish()
    return story


def atom(client: Client, path: str = "/feeds/de.atom") -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    parsed = feedparser.parse(answer.content, response_headers={
        "content-type": answer["Content-Type"], "content-location": f"http://testserver{path}",
    })  # fmt: skip
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def items(client: Client, path: str = "/feeds/de.json") -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_atom_tells_a_story_with_its_picture_its_credit_and_its_dates(
    client: Client, award: NewsPage, plain: NewsPage
) -> None:
    found = atom(client)

    assert (found.version, found.encoding, found.feed.language) == ("atom10", "utf-8", "de")
    assert found.feed.title == "Wissensregion – Aktuelles"
    assert found.feed.links[1].href == "http://testserver/feeds/de.atom"
    first, second = found.entries
    assert first.title_detail.type == "text/plain"
    assert first.title == 'Preis für <Müller & Söhne> "groß"'
    assert first.summary == "Erst der 1. Platz, dann </summary> & mehr."
    assert first.link == "http://testserver/aktuelles/preis/"
    assert [tag.term for tag in first.tags] == ["Preise"]
    assert first.media_credit[0]["content"] == "Foto & Co. <Köln>"
    assert first.media_content[0]["url"].startswith("http://testserver/media/")
    [content] = first.content
    assert "Foto: Foto &amp; Co. &lt;Köln&gt;" in content.value
    assert "creativecommons.org/licenses/by/4.0/" in content.value
    award.refresh_from_db()
    assert datetime.fromisoformat(first.updated) == award.last_published_at
    assert datetime.fromisoformat(first.published) == award.first_published_at
    assert "media_content" not in second
    assert "img" not in second.content[0].value


def test_json_feed_says_the_same(client: Client, award: NewsPage, plain: NewsPage) -> None:
    feed = client.get("/feeds/de.json").json()
    entries = atom(client).entries

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["language"], feed["home_page_url"]) == ("de", "http://testserver/aktuelles/")
    assert feed["feed_url"] == "http://testserver/feeds/de.json"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in entries]
    assert [item["summary"] for item in feed["items"]] == [entry.summary for entry in entries]
    first, second = feed["items"]
    assert first["image"] == first["_picture"]["url"] == entries[0].media_content[0]["url"]
    assert first["_picture"]["credit"] == "Foto & Co. <Köln>"
    assert first["content_html"].count('alt="Zwei &quot;Sieger&quot;"') == 1
    assert first["tags"] == ["Preise"]
    assert not {"image", "_picture"} & second.keys()


def test_a_story_keeps_its_name_when_it_is_renamed_and_each_language_has_its_own(
    client: Client, award: NewsPage, index: NewsIndexPage, english: Locale
) -> None:
    before = items(client)
    index.copy_for_translation(english).save_revision().publish()
    award.copy_for_translation(english).save_revision().publish()
    award.title, award.slug = "Anders", "anders"
    award.save_revision().publish()

    after, in_english = items(client), items(client, "/feeds/en.json")

    assert [item["url"] for item in after] == ["http://testserver/aktuelles/anders/"]
    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert [item["id"] for item in in_english] != [item["id"] for item in after]
    assert "Photo: " in in_english[0]["content_html"]


def test_drafts_private_stories_and_untranslated_ones_are_in_no_feed(
    client: Client, award: NewsPage, plain: NewsPage, index: NewsIndexPage, english: Locale
) -> None:
    index.copy_for_translation(english).save_revision().publish()
    alias = award.copy_for_translation(english, alias=True)
    alias.live = True
    alias.save()
    award.unpublish()
    PageViewRestriction.objects.create(page=plain, restriction_type="login")

    assert items(client) == items(client, "/feeds/en.json") == []
    assert atom(client).entries == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_topic_has_a_feed_of_its_own(
    client: Client, award: NewsPage, plain: NewsPage, prizes: Topic, kind: str
) -> None:
    path = f"/feeds/de/preise.{kind}"
    told = atom(client, path).entries if kind == "atom" else items(client, path)

    assert [story["id"] for story in told] == [items(client)[0]["id"]]
    assert f'href="{path}"' in client.get("/aktuelles/preis/").content.decode()
    assert f'href="/feeds/de.{kind}"' in client.get("/").content.decode()
    for nowhere in (f"/feeds/de/nichts.{kind}", f"/feeds/fr.{kind}", f"/feeds/en/preise.{kind}"):
        assert client.get(nowhere).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_that_says_nothing_new_is_not_sent_again(
    client: Client, award: NewsPage, kind: str
) -> None:
    path = f"/feeds/de.{kind}"
    first = client.get(path)
    award.refresh_from_db()
    assert award.last_published_at
    assert first["Last-Modified"] == http_date(int(award.last_published_at.timestamp()))

    for known in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        award.title = "Berichtigt"
        award.save_revision().publish()
        for known in (
            {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]},
            {"If-Modified-Since": first["Last-Modified"]},
        ):
            assert b"Berichtigt" in client.get(path, headers=known).content


@pytest.mark.parametrize("path", ["/feeds/de.atom", "/feeds/de/preise.json"])
def test_a_feed_asks_three_things_however_many_stories_there_are(
    client: Client, index: NewsIndexPage, prizes: Topic, path: str
) -> None:
    spent = []
    for _round in range(2):
        photo = SiteImageFactory(file__width=60, file__height=40)
        for _story in range(LATEST // 2 + 1):
            NewsPageFactory(parent=index, locale=index.locale, topic=prizes, photo=photo)
        # The first visit learns where the stories are, and sees to the pictures.
        client.get(path)
        keeping.forget()
        client.get("/feeds/de/preise.atom" if path.endswith("de.atom") else "/feeds/de.json")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        spent.append(len(queries))
        with CaptureQueriesContext(connection) as none:
            assert client.get(path).content == answer.content
        assert len(none) == 0

    assert answer.content.count(b"urn:uuid") >= LATEST
    assert max(spent) <= 3


def test_news_search_hears_of_the_stories_of_two_days(
    client: Client, award: NewsPage, plain: NewsPage, english: Locale
) -> None:
    old = timezone.now() - timedelta(days=2, minutes=1)
    Page.objects.filter(pk=plain.pk).update(first_published_at=old)

    with lifetimes.noted() as bound:
        answer = client.get("/news-sitemap.xml")
        assert bound() <= 600
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer

    [url] = root.findall("s:url", NEWS)
    assert root.tag == f"{{{NEWS['s']}}}urlset"
    assert [child.tag.partition("}")[2] for child in url.iter()] == [
        "url", "loc", "news", "publication", "name", "language", "publication_date", "title",
    ]  # fmt: skip
    assert url.findtext("s:loc", namespaces=NEWS) == "http://testserver/aktuelles/preis/"
    assert url.findtext("n:news/n:publication/n:language", namespaces=NEWS) == "de"
    assert url.findtext("n:news/n:publication/n:name", namespaces=NEWS) == "Wissensregion"
    title = url.findtext("n:news/n:title", namespaces=NEWS)
    assert title == 'Preis für <Müller & Söhne> "groß"'
    award.refresh_from_db()
    said = url.findtext("n:news/n:publication_date", namespaces=NEWS)
    assert datetime.fromisoformat(said or "") == award.first_published_at
    # Nobody keeps it past the second day.
    assert "no-cache" in answer["Cache-Control"]
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/news-sitemap.xml\n" in robots


def test_search_engines_read_the_maps_also_where_a_plugin_includes_and_numbers_addresses(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered = path("sitemap-<int:number>.xml", views.sitemap, name="sitemap_part")
    further = path("further/", include([numbered]))
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, numbered, further])

    robots = client.get("/robots.txt").content.decode()

    assert "/news-sitemap.xml" in robots
    assert "sitemap-" not in robots
