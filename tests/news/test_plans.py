"""What the lists of stories ask of the database is answered by an index, in its order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NewsIndexPageFactory, NewsPageFactory
from wissensregion import keeping

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage

pytestmark = pytest.mark.django_db

# A handful of stories by their numbers may be sorted when they are there.
BY_NUMBERS = re.compile(r'"page_ptr_id" IN \(\d')
SORTS = {"sqlite": "USE TEMP B-TREE", "postgresql": "Sort"}


def plans(client: Client, address: str) -> list[str]:
    """How the database finds the stories of a list in their order, when nothing is kept."""
    keeping.forget()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    asked = [
        query["sql"]
        for query in queries
        if re.search(r'ORDER BY "news_newspage"."date" DESC', query["sql"])
        and not BY_NUMBERS.search(query["sql"])
    ]
    with connection.cursor() as cursor:
        return [_plan(cursor, sql) for sql in asked]


def _plan(cursor: Any, sql: str) -> str:
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    cursor.execute(f"{explain} {sql}")
    return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("address", ["/aktuelles/", "/aktuelles/?page=3"])
def test_no_list_of_stories_is_sorted(client: Client, home: HomePage, address: str) -> None:
    news = NewsIndexPageFactory(parent=home, slug="aktuelles")
    for number in range(30):
        NewsPageFactory(parent=news, date=f"2026-01-{number + 1:02}")
    if connection.vendor == "postgresql":
        # So few rows would be sorted because that is quicker; shown is whether it could do without.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")

    found = plans(client, address)

    assert found
    assert [plan for plan in found if SORTS[connection.vendor] in plan] == []
    if connection.vendor == "sqlite":
        assert all("news_newest_first" in plan for plan in found)
