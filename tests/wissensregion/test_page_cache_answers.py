"""How a kept answer leaves: in which form, for whom, and what makes room for what."""

from __future__ import annotations

import gzip
from threading import Event, Thread
from typing import TYPE_CHECKING

import brotli
import pytest

from tests.wissensregion.reading import HOST, Readers
from wissensregion import generations
from wissensregion.cache import encodings, lifetimes
from wissensregion.cache.answers import made
from wissensregion.cache.shelves import Shelf
from wissensregion.cache.site import CachedSite, cached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

LATER = 'W/"nothing", "else"'


def test_head_says_what_get_would(readers: Readers) -> None:
    head, get = readers.get("/", "HEAD"), readers.get("/")

    assert head.made
    assert not get.made
    assert (head.body, head.headers) == (b"", get.headers)
    assert int(head.headers["Content-Length"]) == len(get.body)


def test_who_has_it_already_is_told_so(readers: Readers) -> None:
    tag = readers.get("/").headers["ETag"]
    compressed = readers.get("/", accept_encoding="br").headers["ETag"]

    assert tag != compressed
    for method in ("GET", "HEAD"):
        known = readers.get("/", method, if_none_match=f'"other", W/{tag}')
        assert (known.status, known.body, known.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in known.headers
    assert readers.get("/", if_none_match=compressed, accept_encoding="br").status == 304
    assert readers.get("/", if_none_match=compressed).status == 200
    assert readers.get("/", if_none_match=LATER).status == 200
    # Whoever asks first may have it from another process.
    assert Readers().get("/", if_none_match=tag).status == 304


LIKED = {
    "": "",
    "gzip, deflate, br, zstd": "br",
    "gzip": "gzip",
    "br;q=0.2, gzip;q=0.9": "gzip",
    "br;q=0, gzip;q=0": "",
    "*": "br",
    "br;q=0, *;q=0.1": "gzip",
    "identity, gzip;q=0.5": "",
    "BR ; Q=1.0": "br",
    "br;q=much": "",
    "x-unknown": "",
}


def test_it_comes_in_the_encoding_a_reader_likes_best(readers: Readers) -> None:
    opened: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}
    plain = readers.get("/")

    for accepted, encoding in LIKED.items():
        answer = readers.get("/", accept_encoding=accepted)
        assert answer.headers.get("Content-Encoding", "") == encoding, accepted
        assert opened.get(encoding, bytes)(answer.body) == plain.body
        assert len(answer.body) == int(answer.headers["Content-Length"])
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert not answer.made


def test_what_gains_nothing_is_sent_as_it_is() -> None:
    assert encodings.compressed("image/png", b"x" * 10_000) == {}
    assert encodings.compressed("text/html", b"x" * 10) == {}
    assert set(encodings.compressed("application/atom+xml", b"x" * 10_000)) == {"br", "gzip"}


def _application(**answer: object) -> WSGIApplication:
    named = {name.replace("_", "-"): value for name, value in answer.items()}
    headers = {"Content-Type": "text/html", "Content-Length": "4", **named}
    status = str(headers.pop("status", "200 OK"))
    bound = float(str(headers.pop("bound", 60)))
    streams = headers.pop("streams", False)

    def application(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        lifetimes.at_most(bound)
        body = [b"text"]
        start(status, [(name, str(value)) for name, value in headers.items()])
        return iter(body) if streams else body

    return application


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({}, True),
        ({"Cache_Control": "max-age=5"}, True),
        ({"Vary": "Accept-Encoding"}, True),
        ({"Vary": "Cookie"}, False),
        ({"Vary": "Accept-Language"}, False),
        ({"Set_Cookie": "a=b"}, False),
        ({"Cache_Control": "Private"}, False),
        ({"Cache_Control": "max-age=0, no-store"}, False),
        ({"Content_Security_Policy": "script-src 'nonce-x'"}, False),
        ({"status": "500 Internal Server Error"}, False),
        ({"status": "302 Found"}, False),
        ({"status": "429 Too Many Requests"}, False),
        ({"bound": 0}, False),
        ({"streams": True}, False),
    ],
)
def test_only_what_is_the_same_for_all_is_kept(answer: dict[str, object], *, kept: bool) -> None:
    readers = Readers(_application(**answer))

    first, second = readers.get("/"), readers.get("/", "HEAD")

    assert first.body == b"text"
    assert second.body == b""
    assert second.made is not kept


def test_what_does_not_fit_makes_room() -> None:
    shelf = Shelf(8 * 20_000)

    def keep(number: int, length: int) -> bool:
        answer = made("200 OK", [], b"x" * length, seconds=60, since=float("inf"), shared=0)
        shelf.keep(("http", HOST, f"/{number}", ""), 1, answer)
        return shelf.find(("http", HOST, f"/{number}", ""), 1) is not None

    shelf.find(("http", HOST, "/", ""), 1)
    assert all(keep(number, 15_000) for number in range(100))
    assert shelf.size <= shelf.limit
    assert 8 <= len(shelf.answers) <= 10
    assert not keep(1000, 30_000)
    assert shelf.find(("http", HOST, "/98", ""), 1) is not None
    assert shelf.find(("http", HOST, "/98", ""), 2) is None
    assert shelf.size == 0


def test_addresses_anybody_can_make_up_throw_out_no_page(readers: Readers) -> None:
    readers.get("/")

    for number in range(8):
        readers.get(f"/{number}/")
        readers.get(f"/?page={number}")
    shelf = readers.site.pages

    assert {key[2] for key in shelf.answers} <= {"/"}


def test_many_who_come_at_once_wait_for_one() -> None:
    begun, go_on, asked = Event(), Event(), []

    def slow(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        asked.append(1)
        begun.set()
        go_on.wait(10)
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", "4")])
        return [b"text"]

    site = CachedSite(slow, generation=lambda: 1)
    readers, bodies = Readers(), []
    readers.site = site
    threads = [Thread(target=lambda: bodies.append(readers.get("/").body)) for _ in range(5)]
    threads[0].start()
    assert begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert bodies == [b"text"] * 5
    assert (len(asked), site.making) == (1, {})


def test_without_room_django_stands_alone(settings: Settings) -> None:
    settings.PAGE_CACHE_MEGABYTES = 0

    application = _application()

    assert cached(application) is application


def test_the_number_asked_for_is_everybodys() -> None:
    assert CachedSite(_application()).generation == generations.committed
