"""What tests of a running site ask for; the browser closes with its module.

Playwright keeps an event loop in the thread it runs in, in which Django refuses its database. So
no browser may stay open when other tests run: module is its widest scope.
"""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

import pytest

from tests.live.browser import open_browser
from tests.live.mailbox import Mailbox, open_mailbox
from tests.live.postgres import postgres_server
from tests.live.redis import redis_server
from tests.live.site import RunningSite, environment, run_site, sqlite_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, without a database."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The address of a Redis server, without the number of a database."""
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with the demonstration content, made once however many processes test."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, done = shared / "content", shared / "content.done"
    with (shared / "content.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            values = environment(var=folder)
            site = RunningSite("", sqlite_url(folder), folder, values)
            site.manage("migrate", "--verbosity", "0")
            site.manage("load_demo")
            done.touch()
    return folder


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, content: Path, mailbox: Mailbox
) -> Iterator[RunningSite]:
    """The demonstration, served from SQLite, for tests that only read."""
    var = tmp_path_factory.mktemp("site") / "var"
    with run_site(var, mailbox, content=content) as site:
        yield site
