"""A PostgreSQL server that lives as long as the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.live.needs import postgres_program
from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = (
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=40",
)
PATIENCE = 60


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server of our own and give its address, without a database name."""
    initdb, postgres = postgres_program("initdb"), postgres_program("postgres")
    account = _account()
    # Not below pytest's own folder: that one is closed to the account the server runs as.
    directory = Path(tempfile.mkdtemp(prefix="wissensregion-pg-"))
    if account:
        shutil.chown(directory, account)
    subprocess.run(
        [initdb, "-D", directory / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
        check=True,
        capture_output=True,
        user=account,
        cwd=directory,
    )
    port = free_port()
    options = [part for option in OPTIONS for part in ("-c", option)]
    with (directory / "log").open("wb") as log:
        server = subprocess.Popen(
            [postgres, "-D", directory / "data", "-k", directory, "-p", str(port), *options],
            stdout=log,
            stderr=log,
            user=account,
            cwd=directory,
        )
    url = f"postgres://postgres@127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: open connections are cut
        server.wait(timeout=PATIENCE)
        shutil.rmtree(directory, ignore_errors=True)


def create_database(server: str, name: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{server}/{name}"


def dump(database_url: str, file: Path) -> None:
    """Write a database down, for a server of another process."""
    command = [postgres_program("pg_dump"), "--format=custom", "--file", str(file), database_url]
    subprocess.run(command, check=True, capture_output=True)


def restore(file: Path, database_url: str) -> None:
    """Fill an empty database with what was written down."""
    command = [
        postgres_program("pg_restore"),
        "--exit-on-error",
        "--dbname",
        database_url,
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True)


def _account() -> str | None:
    """Return the account the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
