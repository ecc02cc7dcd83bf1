"""Readers who come through the cache, as a web server brings them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections

from wissensregion import generations
from wissensregion.cache.site import CachedSite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "testserver"


@dataclass(frozen=True)
class Reply:
    """What a reader got, and whether Django was asked for it."""

    status: int
    headers: dict[str, str]
    body: bytes
    made: bool

    @property
    def text(self) -> str:
        return self.body.decode()


class Readers:
    """A process that serves readers."""

    def __init__(self, application: WSGIApplication | None = None) -> None:
        self.application, self.asked = application or WSGIHandler(), 0
        # Within a test's transaction nothing is committed.
        self.site = CachedSite(self._count, generation=generations.current)

    def get(self, address: str, method: str = "GET", **headers: str) -> Reply:
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": HOST,
            "wsgi.input": BytesIO(),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        setup_testing_defaults(environ)
        before, began = self.asked, list[tuple[str, list[tuple[str, str]]]]()

        def start(status: str, headers: list[tuple[str, str]], *_fault: object) -> Any:
            began.append((status, headers))

        with _connections_stay_open():
            content = self.site(environ, start)
            body = b"".join(content)
            if close := getattr(content, "close", None):
                close()
        [(status, said)] = began
        names = [name for name, _value in said]
        assert len(names) == len({name.lower() for name in names}), names
        return Reply(int(status[:3]), dict(said), body, self.asked > before)

    def _count(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        return self.application(environ, start_response)


@contextmanager
def _connections_stay_open() -> Iterator[None]:
    """The test's transaction is on the connection Django would look after."""
    around = (signals.request_started, signals.request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in around:
            signal.connect(close_old_connections)
