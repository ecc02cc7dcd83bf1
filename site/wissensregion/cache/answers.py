"""A finished answer, in each form in which it may leave."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import inf
from time import time
from typing import TYPE_CHECKING, TypeAlias

from django.utils.http import parse_etags, parse_http_date_safe

from wissensregion.cache.encodings import compressed, wanted

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

Headers: TypeAlias = list[tuple[str, str]]

# Seconds for which each status holds, where nothing else bounds it. Any other one is not kept.
STATUSES = {"200": inf, "301": inf, "404": 10}
UNCHANGED = "304 Not Modified"
# An answer that says one of these of itself is for one reader.
PRIVATE = ("private", "no-store", "no-cache")
OF_BODY = {"content-encoding", "content-length", "content-type"}
# What an answer weighs besides its bodies.
WEIGHT = 1500


@dataclass(frozen=True, slots=True)
class Form:
    """An answer in one encoding, and what is said to whoever has it already."""

    tag: str
    headers: Headers
    unchanged: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What any reader gets to see at one address, for as long as it holds."""

    status: str
    plain: Form
    encoded: dict[str, Form]
    modified: int | None
    until: float
    size: int

    @property
    def holds(self) -> bool:
        return self.until == inf or time() < self.until

    def to(self, environ: WSGIEnvironment) -> tuple[str, Headers, list[bytes]]:
        """Status, headers and body for one reader."""
        form = self._form(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if self._is_known(environ, form):
            return UNCHANGED, form.unchanged, []
        return self.status, form.headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]

    def _form(self, accepted: str) -> Form:
        if self.encoded and accepted:
            for name in wanted(accepted):
                if form := self.encoded.get(name):
                    return form
        return self.plain

    def _is_known(self, environ: WSGIEnvironment, form: Form) -> bool:
        if self.status[:3] != "200":
            return False
        if tags := environ.get("HTTP_IF_NONE_MATCH"):
            known = {tag.removeprefix("W/") for tag in parse_etags(tags)}
            return form.tag in known or "*" in known
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        at = parse_http_date_safe(since) if since and self.modified else None
        return at is not None and self.modified is not None and self.modified <= at


def lifetime(status: str, headers: Headers, bound: float) -> float:
    """For how many seconds an answer holds for everybody; 0 if it is for one reader."""
    said = {name.lower(): value for name, value in headers}
    caching, vary = said.get("cache-control", "").lower(), said.get("vary", "").lower()
    own = (
        "set-cookie" in said
        or "'nonce-" in said.get("content-security-policy", "")
        or any(word in caching for word in PRIVATE)
        or vary not in {"", "accept-encoding"}
    )
    return 0 if own else min(STATUSES.get(status[:3], 0), bound)


def made(  # noqa: PLR0913 - the parts of an answer
    status: str, headers: Headers, body: bytes, *, seconds: float, since: float, shared: int
) -> Answer:
    """Finish an answer that holds for so many seconds since it was begun."""
    said = {name.lower(): value for name, value in headers}
    # A weak tag does not promise the same bytes, and in each encoding there are other ones.
    tag = said.get("etag", "W/").strip('"')
    tag = _tag(body) if tag.startswith("W/") else tag
    modified = said.get("last-modified")
    left_out = {"etag", "content-length", "vary"}
    common = [(name, value) for name, value in headers if name.lower() not in left_out]
    if "cache-control" not in said:
        common.append(("Cache-Control", _caching(min(seconds, shared))))
    bodies = {} if "content-encoding" in said else compressed(said.get("content-type", ""), body)
    if bodies:
        common.append(("Vary", "Accept-Encoding"))
    forms = {name: _form(common, f"{tag}-{name}", each, name) for name, each in bodies.items()}
    return Answer(
        status=status,
        plain=_form(common, tag, body),
        encoded=forms,
        modified=parse_http_date_safe(modified) if modified else None,
        until=since + seconds,
        size=len(body) + sum(map(len, bodies.values())) + WEIGHT,
    )


def _form(common: Headers, tag: str, body: bytes, encoding: str = "") -> Form:
    quoted = f'"{tag}"'
    headers = [*common, ("ETag", quoted), ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    unchanged = [(name, value) for name, value in headers if name.lower() not in OF_BODY]
    return Form(quoted, headers, unchanged, body)


def _tag(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()


def _caching(shared: float) -> str:
    """Browsers ask each time whether it is still the same; caches between us may wait."""
    if shared < 1:
        return "no-cache"
    return f"public, max-age=0, s-maxage={int(shared)}, must-revalidate"
