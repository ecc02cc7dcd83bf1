"""Which ports are free, and whether something answers on one."""

from __future__ import annotations

import errno
import socket
import urllib.error
import urllib.request
from http import HTTPStatus

TRIES = 50
LONGEST_ANSWER = 30


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens there yet. Raises ``OSError`` where nothing ever could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port that only waits for its last packets is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def first_free(host: str, port: int) -> int:
    """Return the port, or the next one that is free."""
    for candidate in range(port, port + TRIES):
        if is_free(host, candidate):
            return candidate
    message = f"No port from {port} to {port + TRIES - 1} is free on {host}."
    raise OSError(message)


def accepts(host: str, port: int) -> bool:
    """Whether something takes connections there."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def serves(url: str) -> bool:
    """Whether the address answers with a page."""
    try:
        with urllib.request.urlopen(url, timeout=LONGEST_ANSWER) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False
