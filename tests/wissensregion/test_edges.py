"""What machines ask a site for besides its pages, and pages that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from django.db import DatabaseError, connection

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


def test_the_sitemap_holds_every_locale_with_its_alternates(
    client: Client, story: NewsPage, home: HomePage
) -> None:
    root = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own answer

    pages = {
        page.findtext("s:loc", namespaces=NAMES): [
            link.get("hreflang") for link in page.findall("x:link", NAMES)
        ]
        for page in root.findall("s:url", NAMES)
    }
    assert pages["http://testserver/"] == ["de", "en"]
    assert pages["http://testserver/en/"] == ["de", "en"]
    assert pages["http://testserver/aktuelles/ausgezeichnet/"] == []


def test_the_sitemap_leaves_out_drafts(client: Client, story: NewsPage) -> None:
    story.unpublish()

    assert b"ausgezeichnet" not in client.get("/sitemap.xml").content


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
