"""Wagtail's own APIs beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from news.models import NewsPage


@pytest.mark.parametrize("kind", ["pages", "images", "documents"])
def test_version_two_answers_without_cookie(client: Client, story: NewsPage, kind: str) -> None:
    answer = client.get(f"/api/v2/{kind}/", headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert not answer.cookies


def test_version_two_knows_the_promised_fields(client: Client, story: NewsPage) -> None:
    answer = client.get(f"/api/v2/pages/{story.pk}/").json()

    assert answer["summary"] == story.summary


def test_version_two_does_not_search(client: Client, story: NewsPage) -> None:
    assert client.get("/api/v2/pages/?search=preis").status_code == 400


def test_version_three_is_there_to_try(client: Client, story: NewsPage) -> None:
    assert client.get("/api/v3-preview/pages/").json()["count"] > 0
