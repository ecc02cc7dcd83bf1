"""Where a mail leads and what it loads, to see whether it arrived as it was composed."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from html import unescape
from html.parser import HTMLParser
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from email.message import EmailMessage

LEADING = {"href", "action", "formaction", "ping", "xlink:href"}
LOADING = {"src", "srcset", "background", "poster", "data", "dynsrc", "lowsrc"}
# They run, embed or send something, whatever stands in them.
RUNNING = {"script", "iframe", "frame", "object", "embed", "form", "base", "link", "video", "audio"}
CSS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)
WEB = re.compile(r"https?://[^\s\"'<>)\\]+", re.IGNORECASE)
TINY = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)|display\s*:\s*none")
LEAVE, ONE_CLICK = "List-Unsubscribe", "List-Unsubscribe-Post"
MOST, LONGEST = 50, 500


@dataclass(frozen=True, slots=True)
class Traces:
    """All there is in one mail that could lead or load somewhere."""

    # (kind, address) in the order of the HTML; "link", "picture", "code" or "pixel".
    html: list[tuple[str, str]]
    # Web addresses anywhere in the HTML, so that nothing hides where we do not look.
    anywhere: list[str]
    text: list[str]
    leave: str
    one_click: str

    @classmethod
    def of(cls, html: str, text: str, headers: Mapping[str, str]) -> Traces:
        reader = _Reader()
        reader.read(html)
        return cls(
            html=reader.found,
            anywhere=sorted({_trimmed(url) for url in WEB.findall(unescape(html))}),
            text=[_trimmed(url) for url in WEB.findall(text)],
            leave="".join(headers.get(LEAVE, "").split()),
            one_click="".join(headers.get(ONE_CLICK, "").split()),
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Traces:
        pairs = [(kind, url) for kind, url in kept["html"]]
        return cls(**{**kept, "html": pairs})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that arrived otherwise than it was composed."""

    kind: str  # link, picture, pixel, code, address, text, header, part, signature, unsigned
    composed: str = ""  # Empty: it was added on the way.
    arrived: str = ""  # Empty: it is missing.

    @property
    def only_doubtful(self) -> bool:
        """It is to be looked at and proves no tracking."""
        return self.kind == "unsigned"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it lies in a mailbox."""

    subject: str
    html: str
    text: str
    headers: Mapping[str, str]
    # The headers that each signature covers, in small letters.
    signed: list[set[str]] = field(default_factory=list)

    @classmethod
    def read(cls, raw: bytes) -> Arrived:
        """Read whatever is there; what is no mail has no subject."""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        return cls(
            subject=_header(message, "Subject"),
            html=_part(message, "html"),
            text=_part(message, "plain"),
            headers={name: _header(message, name) for name in (LEAVE, ONE_CLICK)},
            signed=[_covered(str(each)) for each in message.get_all("DKIM-Signature", [])],
        )


def differences(composed: Traces, arrived: Arrived) -> list[Difference]:
    """Hold an arrived mail against what was composed; nothing where all is the same."""
    found = [*_missing_parts(arrived), *_compared(composed, arrived), *_signed(arrived)]
    return [
        Difference(each.kind, each.composed[:LONGEST], each.arrived[:LONGEST])
        for each in found[:MOST]
    ]


def _missing_parts(arrived: Arrived) -> Iterator[Difference]:
    for name, part in (("HTML", arrived.html), ("text", arrived.text)):
        if not part.strip():
            yield Difference("part", composed=name)


def _compared(composed: Traces, arrived: Arrived) -> Iterator[Difference]:
    there = Traces.of(arrived.html, arrived.text, arrived.headers)
    told = set()
    for was, became in _pairs(composed.html, there.html):
        told.add(became[1])
        yield from _otherwise(was, became)
    for url in there.anywhere:
        if url not in composed.anywhere and not any(url in each for each in told):
            yield Difference("address", arrived=url)
    plain = [("text", url) for url in composed.text], [("text", url) for url in there.text]
    for was, became in _pairs(*plain):
        yield from _otherwise(was, became)
    if composed.leave != there.leave:
        yield Difference("header", composed.leave, there.leave or "–")
    if composed.one_click != there.one_click:
        yield Difference("header", composed.one_click, there.one_click or "–")


def _otherwise(was: tuple[str, str], became: tuple[str, str]) -> Iterator[Difference]:
    if was[0] == became[0]:
        yield Difference(was[0], was[1], became[1])
        return
    for kind, composed, arrived in ((was[0], was[1], ""), (became[0], "", became[1])):
        if kind:
            yield Difference(kind, composed, arrived)


def _pairs(
    composed: list[tuple[str, str]], arrived: list[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """What differs, each beside what stands in its place."""
    nothing = ("", "")
    matcher = SequenceMatcher(None, composed, arrived, autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what != "equal":
            yield from zip_longest(composed[i1:i2], arrived[j1:j2], fillvalue=nothing)


def _signed(arrived: Arrived) -> Iterator[Difference]:
    """RFC 8058 wants one signature that covers both headers by which one leaves."""
    if not arrived.signed:
        yield Difference("unsigned")
    elif not any({LEAVE.lower(), ONE_CLICK.lower()} <= each for each in arrived.signed):
        yield Difference("signature")


def _covered(signature: str) -> set[str]:
    tags = dict(tag.split("=", 1) for tag in "".join(signature.split()).split(";") if "=" in tag)
    return set(tags.get("h", "").lower().split(":"))


def _trimmed(url: str) -> str:
    return url.rstrip(".,;:!?")


def _header(message: EmailMessage, name: str) -> str:
    # Not decoded any further than it stands there: what breaks its parser is still compared.
    return " ".join(str(message.get(name, "")).split())


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    try:
        return str(part.get_content()) if part is not None else ""
    except (KeyError, LookupError, ValueError):
        return ""


class _Reader(HTMLParser):
    """Finds what leads, loads and runs, in conditional comments as well."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._in_style = False

    def read(self, html: str) -> None:
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: (value or "").strip() for name, value in attrs}
        self._in_style = tag == "style"
        if tag in RUNNING or (tag == "meta" and own.get("http-equiv", "").lower() == "refresh"):
            self.found.append(("code", f"<{tag}>"))
        for name, value in own.items():
            if name in LEADING:
                self.found.append(("link", value))
            elif name in LOADING:
                self.found.append(("pixel" if _invisible(own) else "picture", value))
            elif name in {"style", "content"}:
                self.found += _styled(value)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += _styled(data)

    def handle_comment(self, data: str) -> None:
        inner = _Reader()
        inner.read(data)
        self.found += inner.found


def _styled(css: str) -> Iterable[tuple[str, str]]:
    return [("picture", url or other) for url, other in CSS.findall(css)]


def _invisible(attributes: Mapping[str, str]) -> bool:
    sizes = {attributes.get(name, "") for name in ("width", "height")}
    return bool(sizes & {"0", "1", "0px", "1px"}) or bool(
        TINY.search(attributes.get("style", "").lower())
    )
