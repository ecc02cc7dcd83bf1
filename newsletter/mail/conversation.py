"""What is said to an SMTP server about one mail, and what it answers."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import NamedTuple

from newsletter.mail.terms import discreet

# In place of an answer's number where the connection ended first.
BROKEN = 0
GOING_AWAY = 421
# An answer's first digit (RFC 5321, 4.2.1).
YES, GO_ON, NOT_NOW, NO = 2, 3, 4, 5
# The answers to MAIL, RCPT and DATA with which a mail may leave.
WANTED = (YES, YES, GO_ON)
END_OF_MAIL = b".\r\n"


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


class Conversation:
    """One open connection. Nothing here raises for what the server does."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server
        self._in_a_row = server.has_extn("pipelining")
        self._wants_size = server.has_extn("size")

    @property
    def is_open(self) -> bool:
        return self._server.sock is not None

    def begin(self, sender: str, address: str, size: int) -> Reply | None:
        """Announce a mail. An answer given back is the one that stops it."""
        announced = f" SIZE={size}" if self._wants_size else ""
        commands = [f"MAIL FROM:<{sender}>{announced}", f"RCPT TO:<{address}>", "DATA"]
        replies = self._at_once(commands) if self._in_a_row else self._one_by_one(commands)
        for reply, wanted in zip(replies, WANTED, strict=False):
            if reply.kind != wanted:
                self._take_back(replies)
                return reply
        return None

    def finish(self, content: bytes) -> Reply:
        """Send the mail itself; what is neither yes nor a refusal leaves it unknown."""
        reply = self._ask(content + END_OF_MAIL)
        if reply.is_refusal:
            self._start_afresh()
        elif reply.kind != YES:
            self.hang_up()
        return reply

    def hang_up(self) -> None:
        with suppress(OSError):
            self._server.close()

    def _at_once(self, commands: list[str]) -> list[Reply]:
        lines = "".join(f"{command}\r\n" for command in commands).encode()
        if broken := self._write(lines, commands[0]):
            return [broken]
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
            code, text = self._server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(f"{type(error).__name__}: {error}", command)
        if code < 200:  # noqa: PLR2004 - half a number, or none
            return self._broken("The server answered without a number.", command)
        return Reply(code, text.decode(errors="replace"), command[:4])

    def _broken(self, reason: str, command: str) -> Reply:
        self.hang_up()
        return Reply(BROKEN, reason, command[:4])
