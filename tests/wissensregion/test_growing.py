"""What an answer costs the database when there are more and more stories."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests.bench.stories import INDEX, SEARCH, Stories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

FEW, TIMES = 40, 4
# So many instructions of SQLite are counted as one.
TOGETHER = 10
# Linear would be as many times as there are more stories, quadratic the square of it.
MOST = TIMES * 1.5
ADDRESSES = [
    Stories.address(FEW // 2), INDEX, f"{INDEX}?page=2", f"{SEARCH}?q=rhein", "/feeds/de.atom",
    "/sitemap.xml", "/api/v1/pages/?type=news.NewsPage&locale=de",
]  # fmt: skip


@contextmanager
def instructions() -> Iterator[list[int]]:
    """How many instructions SQLite has carried out so far, as they are counted."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    connection.connection.set_progress_handler(count, TOGETHER)
    try:
        yield counted
    finally:
        connection.connection.set_progress_handler(None, 0)


def work(client: Client, address: str) -> int:
    with instructions() as counted:
        assert client.get(address).status_code == 200
    return counted[0]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the instructions of SQLite")
def test_no_answer_asks_for_every_page_as_often_as_there_are_pages(client: Client) -> None:
    stories = Stories()
    stories.grow(FEW)
    few = {address: work(client, address) for address in ADDRESSES}
    stories.grow(FEW * TIMES)
    many = {address: work(client, address) for address in ADDRESSES}
    grown = {address: many[address] / few[address] for address in ADDRESSES}
    assert {address: times for address, times in grown.items() if times > MOST} == {}
