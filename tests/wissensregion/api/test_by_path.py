"""From a path in the browser to the page, whichever its locale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from news.models import NewsPage


def at(client: Client, path: str) -> Any:
    return client.get("/api/v1/pages/by-path/", {"path": path})


@pytest.mark.parametrize("path", ["/aktuelles/ausgezeichnet/", "/aktuelles/ausgezeichnet"])
def test_a_path_leads_to_its_page(client: Client, story: NewsPage, path: str) -> None:
    answer = at(client, path).json()

    assert answer["page"]["id"] == story.pk
    assert answer["redirect"] is None


@pytest.mark.parametrize(("path", "locale"), [("/", "de"), ("/en/", "en"), ("/en", "en")])
def test_a_prefix_is_the_locale(client: Client, home: HomePage, path: str, locale: str) -> None:
    assert at(client, path).json()["page"]["locale"] == locale


def test_every_page_is_found_by_the_path_it_names(client: Client, story: NewsPage) -> None:
    for page in client.get("/api/v1/pages/").json()["items"]:
        assert at(client, page["path"]).json()["page"]["id"] == page["id"]


def test_what_asks_for_more_than_a_path_is_found(client: Client, story: NewsPage) -> None:
    assert at(client, "/aktuelles/ausgezeichnet/?from=mail").json()["page"]["id"] == story.pk


@pytest.mark.parametrize("path", ["/de/", "/en/aktuelles/", "/nirgends/", "/../../etc/passwd"])
def test_a_path_without_page_says_what_to_do(client: Client, story: NewsPage, path: str) -> None:
    answer = at(client, path)

    assert answer.status_code == 404
    assert "Take it from a page's `path`" in answer.json()["detail"]


def test_a_redirect_says_where_the_page_has_gone(client: Client, story: NewsPage) -> None:
    Redirect.objects.create(old_path="/alt", redirect_page=story, is_permanent=True)

    answer = at(client, "/alt/").json()

    assert answer == {
        "page": None,
        "redirect": {"to": "/aktuelles/ausgezeichnet/", "permanent": True},
    }


def test_a_redirect_of_this_site_goes_before_one_of_all(client: Client, home: HomePage) -> None:
    Redirect.objects.create(
        old_path="/alt",
        redirect_link="https://example.org/",
        site=Site.objects.get(),
        is_permanent=False,
    )
    Redirect.objects.create(old_path="/alt", redirect_link="https://example.com/")

    answer = at(client, "/alt/").json()

    assert answer["redirect"] == {"to": "https://example.org/", "permanent": False}


@pytest.mark.parametrize("path", ["", "aktuelles/", "//[", "/a\0b", "/a\nb", "/" + "a" * 2001])
def test_what_is_no_path_is_refused(client: Client, home: HomePage, path: str) -> None:
    answer = at(client, path)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "query.path"
