"""The site, with what any reader may see answered before Django begins."""

from __future__ import annotations

from threading import Event
from time import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error

from wissensregion import generations
from wissensregion.cache import lifetimes
from wissensregion.cache.answers import Answer, lifetime, made
from wissensregion.cache.asking import Asking, anybody
from wissensregion.cache.shelves import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from wissensregion.cache.answers import Headers
    from wissensregion.cache.asking import Key

# Seconds: so long a reader waits for an answer that is being made for another one.
PATIENCE = 10
# Addresses of which anybody can make up as many as they like get no more than this part.
MADE_UP = 1 / 4


def cached(application: WSGIApplication) -> WSGIApplication:
    """The application with a cache before it, unless the settings want none."""
    return CachedSite(application) if settings.PAGE_CACHE_MEGABYTES else application


class CachedSite:
    """A WSGI application that keeps what another one answers to readers nobody knows."""

    def __init__(
        self, application: WSGIApplication, generation: Callable[[], int] = generations.committed
    ) -> None:
        self.application, self.generation = application, generation
        self.asking = Asking()
        size = settings.PAGE_CACHE_MEGABYTES * 1024 * 1024
        self.own_host = settings.SITE_URL.partition("://")[2]
        self.pages, self.made_up = Shelf(int(size * (1 - MADE_UP))), Shelf(int(size * MADE_UP))
        self.making: dict[Key, Event] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self.asking.key(environ)
        if key is None:
            if self.asking.knows(environ):
                # Editors see what they have just done, by whichever process it was done.
                generations.look_again()
            return self.application(environ, start_response)
        try:
            number = self.generation()
        except Error:
            # Nobody knows whether what is kept still holds; Django says what is wrong.
            return self.application(environ, start_response)
        answer = self._find(key, number) or self._make(key, number, environ)
        status, headers, body = answer.to(environ)
        # A server may change the list it is given.
        start_response(status, headers.copy())
        return body

    def _find(self, key: Key, number: int) -> Answer | None:
        return self.pages.find(key, number) or self.made_up.find(key, number)

    def _make(self, key: Key, number: int, environ: WSGIEnvironment) -> Answer | Passing:
        """Let Django answer, once for all who ask for the same in the meantime."""
        mine = Event()
        first = self.making.setdefault(key, mine)
        if first is not mine:
            first.wait(PATIENCE)
            return self._find(key, number) or self._asked(key, number, environ)
        try:
            return self._asked(key, number, environ)
        finally:
            del self.making[key]
            mine.set()

    def _asked(self, key: Key, number: int, environ: WSGIEnvironment) -> Answer | Passing:
        response, since = Passing(), time()
        with lifetimes.noted() as bound:
            response.content = self.application(anybody(environ, key), response.begin)
            seconds = lifetime(response.status, response.headers, bound())
        shelf = self._shelf(key, response.status)
        body = response.whole() if seconds else None
        if body is None or not shelf.fits(len(body)):
            return response
        answer = made(
            response.status,
            response.headers,
            body,
            seconds=seconds,
            since=since,
            shared=settings.PAGE_CACHE_SHARED_SECONDS,
        )
        shelf.keep(key, number, answer)
        return answer

    def _shelf(self, key: Key, status: str) -> Shelf:
        _scheme, host, _path, query = key
        known = host == self.own_host and not query and status[:3] == "200"
        return self.pages if known else self.made_up


class Passing:
    """An answer on its way through, as the application gave it."""

    def __init__(self) -> None:
        self.status, self.headers = "", list[tuple[str, str]]()
        self.content: Iterable[bytes] = []

    def begin(
        self, status: str, headers: Headers, exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        # Django gives bodies back and never writes them.
        return NotImplementedError

    def to(self, environ: WSGIEnvironment) -> tuple[str, Headers, Iterable[bytes]]:
        """What Answer.to gives, to one reader."""
        if environ["REQUEST_METHOD"] == "HEAD":
            self._close()
            return self.status, self.headers, []
        return self.status, self.headers, self.content

    def whole(self) -> bytes | None:
        """The body, if it is there already; None where it is made while it is sent."""
        if not isinstance(self.content, list) and getattr(self.content, "streaming", True):
            return None
        chunks = list(self.content)
        self._close()
        self.content = chunks
        return b"".join(chunks)

    def _close(self) -> None:
        if close := getattr(self.content, "close", None):
            close()
