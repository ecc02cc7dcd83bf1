"""A letter as MIME, made once: a copy joins its bytes with what is one person's own.

Each value stands on lines of its own between soft breaks, so whatever its length is, the text
around it stays the same bytes.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from email.generator import BytesGenerator
from email.header import Header
from email.utils import formatdate, make_msgid, parseaddr
from functools import lru_cache
from io import BytesIO
from secrets import token_hex
from typing import NamedTuple, NoReturn

from django.conf import settings
from django.core.mail import EmailMessage

from newsletter.mail.quoted import SOFT_BREAK, quoted
from newsletter.mail.terms import Failure, Letter, MailError, Recipient, holds_control_character

# The locales of an edition or two; each is as big as its mail.
LETTERS_KEPT = 16
# A copy has four, and three of them are the same in all copies.
HEADERS_KEPT = 16
LONGEST_LINE = 998
# What the letter or its copy writes itself would be there twice.
HEADER_NAME = re.compile(
    r"(?!(?:subject|from|to|date|mime-version|content-.*)\Z)[a-z][a-z0-9-]*",
    re.IGNORECASE | re.ASCII,
)
# One recipient in one spelling; a second one hides behind a comma.
PLAIN_ADDRESS = re.compile(r"[^\x00- ,;<>@\x7f-\U0010ffff]+@[^\x00- ,;<>@\x7f-\U0010ffff]+")
PART = (
    'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)


class Copy(NamedTuple):
    """One person's mail, ready for the wire but for its final dot."""

    message_id: str
    content: bytes


class Slot(NamedTuple):
    """Where a value goes among the pieces, and how it is written there."""

    position: int
    mark: str
    in_html: bool


class CompiledLetter:
    """The bytes all copies of a letter share, with gaps for what differs."""

    def __init__(self, letter: Letter, sender: str) -> None:
        self._marks = [mark for mark in letter.marks if mark]
        self._pieces: list[bytes] = []
        self._slots: list[Slot] = []
        head, self.return_path = _shared_headers(letter.subject, sender)
        self._domain = self.return_path.rpartition("@")[2]
        # The second piece is each copy's own headers.
        self._pieces += [head + b"MIME-Version: 1.0\r\n", b""]
        if letter.html:
            self._write_alternatives({"plain": letter.text, "html": letter.html})
        else:
            self._write_part("plain", letter.text)
        fixed = b"".join(self._pieces)
        # What a server would take for the end of the mail, or a reader for a link.
        assert b"\n." not in fixed, "a line begins with a dot"  # noqa: S101
        assert not any(mark.encode() in fixed for mark in self._marks), "a mark was left"  # noqa: S101

    def copy(self, recipient: Recipient) -> Copy:
        """Return one person's copy; raise ``MailError`` where it would not be sound."""
        pieces = self._pieces.copy()
        message_id, pieces[1] = self._own_headers(recipient)
        # The same link stands in both parts, as a rule in the same words.
        written: dict[str, bytes] = {}
        for position, mark, in_html in self._slots:
            value = _value(mark, recipient.values, in_html=in_html)
            if value not in written:
                written[value] = quoted(value)
            pieces[position] = written[value]
        return Copy(message_id, b"".join(pieces))

    def _write_alternatives(self, texts: Mapping[str, str]) -> None:
        # "=_" never comes out of quoted-printable, so no part can hold the boundary.
        boundary = f"=_{token_hex(12)}"
        kind = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        self._pieces.append(kind.encode())
        for subtype, text in texts.items():
            if text:
                self._pieces.append(f"--{boundary}\r\n".encode())
                self._write_part(subtype, text)
        self._pieces.append(f"--{boundary}--\r\n".encode())

    def _write_part(self, subtype: str, text: str) -> None:
        """Write a part and its last line break, which is not part of the text."""
        self._pieces.append(PART.format(subtype=subtype).encode())
        for piece, mark in _split(text, self._marks):
            if mark:
                self._slots.append(Slot(len(self._pieces), mark, in_html=subtype == "html"))
                self._pieces.append(b"")
            else:
                self._pieces.append(piece)
        self._pieces.append(b"\r\n")

    def _own_headers(self, recipient: Recipient) -> tuple[str, bytes]:
        if not PLAIN_ADDRESS.fullmatch(recipient.address):
            _refuse("The recipient is not one plain address.")
        message_id = ""
        lines = [f"To: {recipient.address}\r\nDate: {_date()}\r\n"]
        for name, value in recipient.headers.items():
            lines.append(_header(name, value))
            if name.lower() == "message-id":
                message_id = value
        if not message_id:
            # Our own id, so that it is known before the call and names no machine of ours.
            message_id = make_msgid(domain=self._domain)
            lines.append(f"Message-ID: {message_id}\r\n")
        return message_id, "".join(lines).encode()


def compiled(letter: Letter) -> CompiledLetter:
    """Return the letter's bytes, made when it is first asked for."""
    sender = letter.from_email or settings.DEFAULT_FROM_EMAIL
    return _compiled(letter.subject, letter.text, letter.html, tuple(letter.marks), sender)


@lru_cache(maxsize=LETTERS_KEPT)
def _compiled(
    subject: str, text: str, html: str, marks: tuple[str, ...], sender: str
) -> CompiledLetter:
    return CompiledLetter(Letter(subject=subject, text=text, html=html, marks=marks), sender)


def _shared_headers(subject: str, sender: str) -> tuple[bytes, str]:
    """Let Django write subject and sender, folded and encoded; return the bare sender too."""
    if holds_control_character(subject) or holds_control_character(sender):
        _refuse("A header holds a line break or control character.")
    try:
        message = EmailMessage(subject=subject, from_email=sender).message()
    except ValueError as error:
        _refuse(f"Subject or sender cannot be written: {error}")
    for name in set(message.keys()) - {"Subject", "From"}:
        del message[name]
    written = BytesIO()
    crlf = message.policy.clone(linesep="\r\n")
    BytesGenerator(written, mangle_from_=False, policy=crlf).flatten(message)
    return_path = parseaddr(str(message["From"]))[1]
    return written.getvalue().removesuffix(b"\r\n"), return_path


def _split(text: str, marks: Sequence[str]) -> Iterator[tuple[bytes, str]]:
    """Yield a text's encoded pieces, and between them the marks with their soft breaks."""
    longest_first = sorted(map(re.escape, marks), key=len, reverse=True)
    found = re.split(f"({'|'.join(longest_first)})", text) if marks else [text]
    for position, part in enumerate(found):
        if position % 2 == 0:
            yield quoted(part), ""
            continue
        before, after = found[position - 1], found[position + 1]
        if before and before[-1] not in "\r\n":
            yield SOFT_BREAK, ""
        yield b"", part
        # Another mark may follow at once; the last text ends the part.
        goes_on = after[0] not in "\r\n" if after else position + 2 < len(found)
        if goes_on:
            yield SOFT_BREAK, ""


def _value(mark: str, values: Mapping[str, str], *, in_html: bool) -> str:
    if mark not in values:
        _refuse(f"There is no value for {mark}.")
    return html.escape(values[mark]) if in_html else values[mark]


@lru_cache(maxsize=HEADERS_KEPT)
def _header(name: str, value: str) -> str:
    """Write a header on one line: a link in it must stay whole."""
    if not HEADER_NAME.fullmatch(name):
        _refuse(f"{name!r} is no header for one copy.")
    if not (value.isascii() and value.isprintable()):
        if holds_control_character(value):
            _refuse("A header holds a line break or control character.")
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    elif len(name) + len(value) + 2 > LONGEST_LINE:
        _refuse(f"The header {name} is longer than a line may be.")
    return f"{name}: {value}\r\n"


def _date() -> str:
    return _date_at(int(time.time()), local=settings.EMAIL_USE_LOCALTIME)


@lru_cache(maxsize=2)
def _date_at(second: int, *, local: bool) -> str:
    return formatdate(second, localtime=local)


def _refuse(reason: str) -> NoReturn:
    raise MailError(reason, Failure.REFUSED)
