"""What is said to an SMTP server about one mail, and what it answers."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast

from newsletter.mail.terms import discreet

if TYPE_CHECKING:
    from socket import socket

# In place of an answer's number where the connection ended first.
BROKEN = 0
GOING_AWAY = 421
# An answer's first digit (RFC 5321, 4.2.1).
YES, GO_ON, NOT_NOW, NO = 2, 3, 4, 5
# The answers to MAIL, RCPT and DATA with which a mail may leave.
WANTED = (YES, YES, GO_ON)
END_OF_MAIL = b".\r\n"
# A line of an answer has 512 bytes at most (RFC 5321, 4.5.3.1.5); some servers say more.
LONGEST_LINE = 8192
CLOSED = "The server closed the connection."


class Reply(NamedTuple):
    """What the server said to one command."""

    code: int
    text: str = ""
    command: str = ""

    @property
    def kind(self) -> int:
        return self.code // 100

    @property
    def reason(self) -> str:
        return discreet(f"{self.code} {self.text}" if self.code else self.text)

    @property
    def is_refusal(self) -> bool:
        """Whether the server said no and listens on."""
        return self.kind in {NOT_NOW, NO} and self.code != GOING_AWAY


class Envelope(NamedTuple):
    """What a mail is announced with."""

    sender: str
    address: str
    size: int


class Replies:
    """Reads a server's answers: as many at a time as have come.

    ``smtplib`` reads line by line, which costs more than all else that is done for a mail.
    """

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server
        self._unread = b""

    def next(self) -> tuple[int, str]:
        """Return an answer's number and its words; 0 where it has no number."""
        words = []
        while True:
            line = self._line()
            words.append(line[4:].strip())
            if line[3:4] != b"-" or not line[:3].isdigit():
                code = int(line[:3]) if line[:3].isdigit() else BROKEN
                return code, b"\n".join(words).decode(errors="replace")

    def _line(self) -> bytes:
        while b"\n" not in self._unread and len(self._unread) <= LONGEST_LINE:
            if not (more := self._more()):
                break
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        if not line:
            raise smtplib.SMTPServerDisconnected(CLOSED)
        return line

    def _more(self) -> bytes:
        # What smtplib has read already comes first.
        if self._server.file is None:
            self._server.file = cast("socket", self._server.sock).makefile("rb")
        return bytes(self._server.file.read1(LONGEST_LINE))


class Conversation:
    """One open connection. Nothing here raises for what the server does."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server
        self._replies = Replies(server)
        self._in_a_row = server.has_extn("pipelining")
        self._wants_size = server.has_extn("size")
        # What was announced together with the mail before it, and is not answered yet.
        self.ahead: Envelope | None = None

    @property
    def is_open(self) -> bool:
        return self._server.sock is not None

    def begin(self, envelope: Envelope) -> Reply | None:
        """Announce a mail. An answer given back is the one that stops it."""
        commands = self._commands(envelope)
        if self.ahead:
            asked, self.ahead = self.ahead, None
            if asked != envelope:
                # The server may wait for that mail already; nothing else can be said to it.
                self.hang_up()
                return Reply(BROKEN, command="MAIL")
            replies = self._read_each(commands)
        else:
            replies = self._at_once(commands) if self._in_a_row else self._one_by_one(commands)
        for reply, wanted in zip(replies, WANTED, strict=False):
            if reply.kind != wanted:
                self._take_back(replies)
                return reply
        return None

    def finish(self, content: bytes, following: Envelope | None = None) -> Reply:
        """Send the mail itself; what is neither yes nor a refusal leaves it unknown.

        Where the server takes commands in a row, the mail may be the first of them (RFC 2920,
        3.1): then the next one is announced in the same write.
        """
        ahead = b""
        if following and self._in_a_row:
            ahead = _lines(self._commands(following))
            self.ahead = following
        reply = self._ask(b"".join((content, END_OF_MAIL, ahead)))
        if reply.kind != YES and not reply.is_refusal:
            self.hang_up()
        elif reply.is_refusal and not self.ahead:
            self._start_afresh()
        return reply

    def hang_up(self) -> None:
        self.ahead = None
        with suppress(OSError):
            self._server.close()

    def _commands(self, envelope: Envelope) -> list[str]:
        announced = f" SIZE={envelope.size}" if self._wants_size else ""
        sender = f"MAIL FROM:<{envelope.sender}>{announced}"
        return [sender, f"RCPT TO:<{envelope.address}>", "DATA"]

    def _at_once(self, commands: list[str]) -> list[Reply]:
        broken = self._write(_lines(commands), commands[0])
        return [broken] if broken else self._read_each(commands)

    def _read_each(self, commands: list[str]) -> list[Reply]:
        replies: list[Reply] = []
        for command in commands:
            replies.append(self._read(command))
            if replies[-1].code in {BROKEN, GOING_AWAY}:
                break
        return replies

    def _one_by_one(self, commands: list[str]) -> list[Reply]:
        replies: list[Reply] = []
        for command, wanted in zip(commands, WANTED, strict=True):
            reply = self._ask(f"{command}\r\n".encode(), command)
            replies.append(reply)
            if reply.kind != wanted:
                break
        return replies

    def _take_back(self, replies: list[Reply]) -> None:
        """Make ready for the next mail; hang up where it is unclear what the server waits for."""
        pairs = zip(replies, WANTED, strict=False)
        if not all(reply.kind == wanted or reply.is_refusal for reply, wanted in pairs):
            self.hang_up()
            return
        if replies[-1].kind == GO_ON:
            # It waits for a mail after all. To nobody, that ends at once (RFC 2920, 3.1); to
            # a recipient it took, it would be an empty one.
            if not replies[1].is_refusal:
                self.hang_up()
                return
            self._ask(END_OF_MAIL)
        self._start_afresh()

    def _start_afresh(self) -> None:
        if self.is_open and self._ask(b"RSET\r\n").kind != YES:
            self.hang_up()

    def _ask(self, data: bytes, command: str = "") -> Reply:
        return self._write(data, command) or self._read(command)

    def _write(self, data: bytes, command: str) -> Reply | None:
        try:
            self._server.send(data)
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(f"{type(error).__name__}: {error}", command)
        return None

    def _read(self, command: str) -> Reply:
        try:
            code, text = self._replies.next()
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(f"{type(error).__name__}: {error}", command)
        if code < 200:  # noqa: PLR2004 - half a number, or none
            return self._broken("The server answered without a number.", command)
        return Reply(code, text, command[:4])

    def _broken(self, reason: str, command: str) -> Reply:
        self.hang_up()
        return Reply(BROKEN, reason, command[:4])


def _lines(commands: list[str]) -> bytes:
    return "".join(f"{command}\r\n" for command in commands).encode()
