"""Text as quoted-printable UTF-8 in which nothing needs dot-stuffing (RFC 2045, 6.7).

No line begins with a dot or with "From ", so the bytes travel as they are, and a value on
lines of its own cannot change what surrounds it.
"""

from __future__ import annotations

import re

LONGEST_LINE = 76
# Room for a soft break, and for a first character that is written in three.
ROOM = LONGEST_LINE - 3
LINE_BREAK = re.compile(r"\r\n|\r|\n")
SPECIAL = re.compile(rb"[^\t -<>-~]")
BLANK_AT_END = re.compile(rb"[\t ]\Z")
DELICATE_START = re.compile(rb"^(?:\.|F(?=rom ))", re.MULTILINE)
# As much as fits, but never half of what is written in three.
PIECE = re.compile(rb".{1,%d}(?<!=)(?<!=.)" % ROOM, re.DOTALL)
SOFT_BREAK = b"=\r\n"
# One line of which nothing is written in three, as nearly every address of the web is.
PLAIN_LINE = re.compile(r"[!-<>-~]+")


def quoted(text: str) -> bytes:
    """Encode a text that begins a line. Its own line breaks become CRLF."""
    if PLAIN_LINE.fullmatch(text):
        line = text.encode()
        pieces = [line[start : start + ROOM] for start in range(0, len(line), ROOM)]
        if not any(piece[0] in b".F" for piece in pieces):
            return SOFT_BREAK.join(pieces)
    lines = b"\r\n".join(_broken(line) for line in LINE_BREAK.split(text))
    return DELICATE_START.sub(_in_three, lines)


def _broken(line: str) -> bytes:
    data = SPECIAL.sub(_in_three, line.encode())
    if data.endswith((b" ", b"\t")):
        data = BLANK_AT_END.sub(_in_three, data)
    return data if len(data) <= ROOM else SOFT_BREAK.join(PIECE.findall(data))


def _in_three(match: re.Match[bytes]) -> bytes:
    return b"=%02X" % ord(match[0])
