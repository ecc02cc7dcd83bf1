"""What tests of a running site ask for; the browser closes with its module.

Playwright keeps an event loop in the thread it runs in, in which Django refuses its database. So
no browser may stay open when other tests run: module is its widest scope.
"""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests.live.browser import open_browser
from tests.live.furnished import furnish, furnished_in
from tests.live.mailbox import Mailbox, open_mailbox
from tests.live.postgres import create_database, dump, postgres_server, restore
from tests.live.redis import redis_server
from tests.live.site import RunningSite, run_site, sqlite_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

DUMP = "tables.dump"
# As Django names the database of its tests.
IN_MEMORY = "file:memorydb_default?mode=memory&cache=shared"


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
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], object]], Path]:
    """Make a folder once however many processes test; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def furnished(once: Callable[[str, Callable[[Path], object]], Path]) -> RunningSite:
    """A site on SQLite with its tables and nothing else, to copy from."""
    return furnished_in(once("furnished", furnish))


@pytest.fixture(scope="session")
def furnished_on_postgres(
    once: Callable[[str, Callable[[Path], object]], Path], postgres: str
) -> RunningSite:
    """The same on PostgreSQL."""

    def make(folder: Path) -> None:
        site = furnish(folder, create_database(postgres, "made"))
        dump(site.database_url, folder / DUMP)

    folder = once("furnished-on-postgres", make)
    site = furnished_in(folder, create_database(postgres, "furnished"))
    restore(folder / DUMP, site.database_url)
    return site


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    worker_id: str,
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Let every process that tests begin with tables made once: it takes them twenty seconds.

    Django migrates them all the same, and finds nothing to do.
    """
    if worker_id == "master" or connection.vendor != "sqlite":
        yield
        return
    furnished = request.getfixturevalue("furnished")
    # It is gone with its last connection, so this one stays until Django's are closed.
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as memory:
        with closing(sqlite3.connect(sqlite_file(furnished.var))) as file:
            file.backup(memory)
        yield


@pytest.fixture(scope="session")
def content(once: Callable[[str, Callable[[Path], object]], Path], furnished: RunningSite) -> Path:
    """A folder with the demonstration content."""

    def load(folder: Path) -> None:
        shutil.copytree(furnished.var, folder, dirs_exist_ok=True)
        site = furnished_in(folder)
        site.manage("load_demo")
        # Else every site that begins with it works off the same thousand tasks.
        site.manage("worker", "--batch")

    return once("content", load)


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, content: Path, mailbox: Mailbox
) -> Iterator[RunningSite]:
    """The demonstration, served from SQLite, for tests that only read."""
    var = tmp_path_factory.mktemp("site") / "var"
    with run_site(var, mailbox, content=content) as site:
        yield site
