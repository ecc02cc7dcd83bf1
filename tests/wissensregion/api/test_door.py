"""How answers leave: cacheable, without cookies, for every origin, with errors that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from home.models import HomePage
    from news.models import NewsPage

LISTS = ["/api/v1/pages/", "/api/v1/teasers/", "/api/v1/locales/", "/api/v1/page-types/"]
FRONT_END = "https://app.example.org"


@pytest.mark.parametrize("url", [*LISTS, "/api/v1/openapi.json", "/api/v1/docs/"])
def test_an_unchanged_answer_is_not_sent_twice(client: Client, home: HomePage, url: str) -> None:
    first = client.get(url)
    assert first.status_code == 200
    assert not first["ETag"].startswith("W/")

    again = client.get(url, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_a_corrected_page_is_sent_anew(client: Client, story: NewsPage) -> None:
    first = client.get(f"/api/v1/pages/{story.pk}/")

    story.title = "Berichtigt"
    story.save_revision().publish()

    again = client.get(f"/api/v1/pages/{story.pk}/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_a_page_says_when_it_was_last_published(client: Client, story: NewsPage) -> None:
    first = client.get(f"/api/v1/pages/{story.pk}/")

    again = client.get(
        f"/api/v1/pages/{story.pk}/", headers={"If-Modified-Since": first["Last-Modified"]}
    )

    assert again.status_code == 304


@pytest.mark.parametrize("url", LISTS)
def test_an_answer_is_one_for_all(client: Client, home: HomePage, url: str) -> None:
    answer = client.get(url, headers={"Origin": FRONT_END, "Accept-Language": "en"})

    assert answer["Cache-Control"].startswith("public, max-age=60")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Vary" not in answer
    assert not answer.cookies


def test_head_is_the_answer_without_its_body(client: Client, home: HomePage) -> None:
    head, get = client.head("/api/v1/pages/"), client.get("/api/v1/pages/")

    assert head.status_code == 200
    assert head.content == b""
    assert (head["ETag"], head["Content-Length"]) == (get["ETag"], get["Content-Length"])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_cannot_be_written(client: Client, home: HomePage, method: str) -> None:
    answer = getattr(client, method)("/api/v1/pages/")

    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Allow"] == "GET, HEAD"
    assert answer.json()["detail"] == f"{method.upper()} does nothing here. Use GET or HEAD."


def test_a_browser_elsewhere_may_ask_before_it_reads(client: Client) -> None:
    asks = {"Origin": FRONT_END, "Access-Control-Request-Method": "GET"}

    answer = client.options("/api/v1/pages/", headers=asks)

    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(("named", "allowed"), [([FRONT_END], FRONT_END), ([], None)])
def test_only_named_front_ends_may_write(
    client: Client, settings: Settings, named: list[str], allowed: str | None
) -> None:
    settings.API_ORIGINS = named
    asks = {"Origin": FRONT_END, "Access-Control-Request-Method": "POST"}

    answer = client.options("/api/v1/pages/", headers=asks)

    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert answer["Vary"] == "Origin"


@pytest.mark.parametrize("path", ["nowhere", "pages/1/2/", "pages", "docs/x"])
def test_an_unknown_endpoint_names_the_reference(client: Client, home: HomePage, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "/api/v1/docs/" in answer.json()["detail"]


def test_the_root_leads_to_the_reference(client: Client) -> None:
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs/"
