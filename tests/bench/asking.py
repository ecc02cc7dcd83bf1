"""Asks a WSGI application for a page, and says what CPU time an answer took."""

from __future__ import annotations

import sys
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, EACH = 7, 6
OK = "200 "


class Asker:
    """One reader without a cookie, who keeps nothing."""

    def __init__(self, application: Any, host: str) -> None:
        self.application = application
        self.host = host

    def get(self, address: str) -> bytes:
        parts = urlsplit(address)
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "HTTP_HOST": self.host,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        statuses: list[str] = []

        def start(status: str, _headers: Any, _exc_info: Any = None) -> None:
            statuses.append(status)

        answer = self.application(environ, start)
        body = b"".join(answer)
        answer.close()
        if not statuses[0].startswith(OK):
            message = f"{address} answered {statuses[0]}"
            raise RuntimeError(message)
        return body

    def seconds(self, address: str, before: Callable[[], None] = lambda: None) -> float:
        """CPU seconds of this process for one answer; the best round, as the rest is noise."""
        for _warm in range(2):
            self.get(address)
        return min(self._round(address, before) for _round in range(ROUNDS))

    def _round(self, address: str, before: Callable[[], None]) -> float:
        spent = 0.0
        for _each in range(EACH):
            before()
            started = time.process_time()
            self.get(address)
            spent += time.process_time() - started
        return spent / EACH
