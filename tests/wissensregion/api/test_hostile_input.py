"""Whatever is asked, the answer is a page or a sentence, never a fault of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from wissensregion.api import lookup

if TYPE_CHECKING:
    from django.test import Client

    from news.models import NewsPage

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PARAMETERS = ["type", "locale", "parent", "order", "limit", "offset", "unknown"]
VALUES = some.one_of(
    some.text(max_size=30),
    some.integers().map(str),
    some.sampled_from([*lookup.page_models(), "de", "en", "newest", "tree", "\0", "NaN", "1e9"]),
)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("limit=-1", "query.limit"),
        ("limit=101", "query.limit"),
        ("limit=ten", "query.limit"),
        ("offset=-1", "query.offset"),
        ("offset=99999999999999999999", "query.offset"),
        ("type=news.Nothing", "query.type"),
        ("type=wagtailcore.Page", "query.type"),
        ("locale=fr", "query.locale"),
        ("order=oldest", "query.order"),
        ("parent=0", "query.parent"),
        ("parent=99999999999999999999", "query.parent"),
        ("parent=%00", "query.parent"),
    ],
)
def test_a_wrong_filter_is_named(client: Client, story: NewsPage, query: str, where: str) -> None:
    answer = client.get(f"/api/v1/pages/?{query}")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    assert problem["errors"][0]["where"] == where
    assert problem["detail"].startswith(f"{where}: Input should be")


@pytest.mark.parametrize(
    ("page", "status"), [("0", 422), ("-1", 422), ("x", 422), ("9" * 30, 422), ("9" * 15, 404)]
)
def test_a_wrong_id_is_answered(client: Client, story: NewsPage, page: str, status: int) -> None:
    answer = client.get(f"/api/v1/pages/{page}/")

    assert answer.status_code == status
    assert answer.json()["detail"]


def test_an_unknown_parent_is_answered(client: Client, story: NewsPage) -> None:
    answer = client.get("/api/v1/pages/?parent=999999")

    assert answer.status_code == 404
    assert "Leave parent out" in answer.json()["detail"]


def test_beyond_the_end_is_an_empty_list(client: Client, story: NewsPage) -> None:
    answer = client.get("/api/v1/pages/?offset=2000000000").json()

    assert answer["items"] == []
    assert answer["total"] > 0


@FEW
@given(query=some.dictionaries(some.sampled_from(PARAMETERS), VALUES))
def test_no_filter_breaks_the_list(client: Client, story: NewsPage, query: dict[str, Any]) -> None:
    answer = client.get("/api/v1/pages/", query)

    assert answer.status_code in {200, 404, 422}


@FEW
@given(path=some.builds("{}{}".format, some.sampled_from(["", "/", "/en/"]), some.text()))
def test_no_path_breaks_the_search_for_a_page(client: Client, story: NewsPage, path: str) -> None:
    answer = client.get("/api/v1/pages/by-path/", {"path": path})

    assert answer.status_code in {200, 404, 422}
    if answer.status_code != 200:
        assert answer.json()["detail"]
