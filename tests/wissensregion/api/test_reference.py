"""The reference: complete, and nothing in it comes from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage

REFERENCES = ["/api/v1/docs/", "/api/v3-preview/docs/"]


def test_the_page_names_every_endpoint_and_object(client: Client, home: HomePage) -> None:
    described = client.get("/api/v1/openapi.json").json()

    page = client.get("/api/v1/docs/").content.decode()

    for path in described["paths"]:
        assert path in page
    for name in described["components"]["schemas"]:
        assert f'id="{name}"' in page


@pytest.mark.parametrize("url", REFERENCES)
def test_every_link_within_the_page_leads_somewhere(
    client: Client, home: HomePage, url: str
) -> None:
    page = client.get(url).content.decode()

    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


@pytest.mark.parametrize("url", REFERENCES)
def test_the_page_fetches_nothing_from_elsewhere(client: Client, home: HomePage, url: str) -> None:
    answer = client.get(url)

    page = answer.content.decode()
    # What it says to search engines is data, which no browser runs.
    assert "<script" not in page.replace('<script type="application/ld+json">', "")
    assert not re.findall(r'(?:src|rel="(?:stylesheet|preload)"[^>]*href)="(?:https?:)?//', page)
    assert not answer.cookies


def test_every_error_is_described_as_a_problem(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    for operations in described["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                kinds = set(response.get("content", {}))
                assert kinds <= (
                    {"application/problem+json"} if status >= "400" else {"application/json"}
                )
