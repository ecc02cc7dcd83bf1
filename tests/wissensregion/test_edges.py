"""What machines ask a site for besides its pages, and pages that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tests.factories import NewsPageFactory

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from news.models import NewsPage

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


@pytest.mark.django_db
def test_a_healthy_site_says_so(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_a_site_without_database_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", unreachable)

    assert client.get("/healthz").status_code == 503


def test_robots_find_the_sitemap(client: Client, home: HomePage) -> None:
    robots = client.get("/robots.txt").content.decode()

    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert client.get("/sitemap.xml").status_code == 200


def listed(client: Client, path: str = "/sitemap.xml") -> dict[str | None, dict[str, str]]:
    """The addresses of a sitemap, each with those of its translations."""
    root = ET.fromstring(client.get(path).content)  # noqa: S314 - our own answer
    return {
        page.findtext("s:loc", namespaces=NAMES): {
            link.attrib["hreflang"]: link.attrib["href"] for link in page.findall("x:link", NAMES)
        }
        for page in root.findall("s:url", NAMES)
    }


def test_the_sitemap_holds_every_locale_with_its_alternates(
    client: Client, story: NewsPage, home: HomePage, english_home: HomePage
) -> None:
    pages = listed(client)

    german, english = "http://testserver/", "http://testserver/en/"
    every = {"de": german, "en": english, "x-default": german}
    assert pages == {
        german: every,
        english: every,
        "http://testserver/aktuelles/": {},
        "http://testserver/aktuelles/ausgezeichnet/": {},
    }


def test_the_sitemap_leaves_out_what_is_not_for_everybody(client: Client, story: NewsPage) -> None:
    index = story.get_parent()
    assert len(listed(client)) == 4
    PageViewRestriction.objects.create(page=index, restriction_type="login")
    assert len(listed(client)) == 2
    PageViewRestriction.objects.all().delete()
    story.unpublish()
    assert b"ausgezeichnet" not in client.get("/sitemap.xml").content


def test_a_large_sitemap_is_one_of_several_files(
    client: Client, story: NewsPage, home: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listed(client)
    # Two languages, so one page with its translation to a file.
    monkeypatch.setattr("wissensregion.sitemaps.LARGEST", 2)

    root = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314

    files = [each.text or "" for each in root.findall("s:sitemap/s:loc", NAMES)]
    assert files == [f"http://testserver/sitemap-{number}.xml" for number in (1, 2, 3)]
    parts = [listed(client, file.removeprefix("http://testserver")) for file in files]
    assert sorted(len(part) for part in parts) == [1, 1, 2]
    assert {address: links for part in parts for address, links in part.items()} == whole
    assert [client.get(f"/sitemap-{number}.xml").status_code for number in (0, 4)] == [404, 404]


def test_a_sitemap_is_sent_again_only_when_it_says_something_else(
    client: Client, story: NewsPage
) -> None:
    first = client.get("/sitemap.xml")
    known = {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]}

    assert client.get("/sitemap.xml", headers=known).status_code == 304
    story.unpublish()
    assert client.get("/sitemap.xml", headers=known).status_code == 200


def test_a_longer_sitemap_asks_the_database_no_more(
    client: Client, story: NewsPage, home: HomePage
) -> None:
    client.get("/sitemap.xml")
    with CaptureQueriesContext(connection) as short:
        client.get("/sitemap.xml")
    for _number in range(10):
        NewsPageFactory(parent=story.get_parent())
    with CaptureQueriesContext(connection) as long:
        assert len(listed(client)) == 14
    assert len(long) == len(short) < 8


@pytest.mark.parametrize(("path", "language"), [("/nirgends/", "de"), ("/en/nowhere/", "en")])
def test_a_missing_page_speaks_the_language_of_its_path(
    client: Client, home: HomePage, path: str, language: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": "fr"})

    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/", "/en/", "/healthz", "/robots.txt", "/sitemap.xml"])
def test_one_cached_answer_fits_every_visitor(client: Client, home: HomePage, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "en"})

    assert answer.status_code == 200
    assert "Vary" not in answer
