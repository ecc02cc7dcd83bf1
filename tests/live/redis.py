"""A Redis server that lives as long as the tests and keeps nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import redis

from tests.live.needs import program
from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 20


@contextmanager
def redis_server() -> Iterator[str]:
    """Run a server of our own and give its address, without the number of a database."""
    server, port = program("redis-server"), free_port()
    directory = tempfile.mkdtemp(prefix="wissensregion-redis-")
    command = [
        server, "--port", str(port), "--bind", "127.0.0.1", "--dir", directory,
        "--save", "", "--appendonly", "no", "--loglevel", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            redis.Redis.from_url(url).ping()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
