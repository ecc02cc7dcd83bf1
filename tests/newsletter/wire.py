"""An SMTP server that says exactly what it is told to, and hangs up where it is told to."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Put after what is still said, or in place of it: the connection ends there.
HANG_UP = "\0"
# In place of an answer: the connection stands, and nothing comes.
SILENCE = "\1"
USUAL = {
    "HELLO": "220 wire.example.org ready",
    "EHLO": "250-wire.example.org\r\n250-PIPELINING\r\n250 SIZE 1000000",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}


@dataclass
class Wire:
    """What is answered to which step, and everything that arrived."""

    port: int = 0
    # Answers to a step, one for each time it comes; after that, the usual one.
    at: dict[str, list[str]] = field(default_factory=dict)
    # Every answer leaves in pieces of this size.
    pieces: int | None = None
    delay: float = 0
    # How much of a mail it reads before it hangs up.
    body_limit: int | None = None
    connections: int = 0
    # What arrived between two waits of the server: one entry is one write.
    writes: list[bytes] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)

    def answer(self, step: str) -> str:
        told = self.at.get(step, [])
        return told.pop(0) if told else USUAL.get(step, "250 ok")


class _EndedError(Exception):
    """The talk is over."""


class _Talk:
    """One connection."""

    def __init__(self, wire: Wire, connection: socket.socket) -> None:
        self._wire, self._connection, self._unread = wire, connection, b""

    def run(self) -> None:
        with suppress(_EndedError, OSError), self._connection:
            self._say("HELLO")
            while True:
                self._listen()

    def _listen(self) -> None:
        verb = self._line()[:4].decode("ascii").upper()
        answer = self._say(verb)
        if verb == "DATA" and answer.startswith("3"):
            self._wire.mails.append(self._mail())
            self._say("MAIL SENT")
        if verb == "QUIT":
            raise _EndedError

    def _say(self, step: str) -> str:
        self._wire.steps.append(step)
        answer = self._wire.answer(step)
        while answer == SILENCE:
            self._receive()
        time.sleep(self._wire.delay)
        said, hangs_up, _ = answer.partition(HANG_UP)
        # Before the end, an answer is given as it is told: it may be half of one, or two.
        data = said.encode() + (b"" if hangs_up else b"\r\n")
        size = self._wire.pieces or len(data) or 1
        for start in range(0, len(data), size):
            self._connection.sendall(data[start : start + size])
            if self._wire.pieces:
                time.sleep(0.002)
        if hangs_up:
            raise _EndedError
        return answer

    def _line(self) -> bytes:
        return self._until(b"\r\n")

    def _mail(self) -> bytes:
        if (limit := self._wire.body_limit) is not None:
            while len(self._unread) < limit:
                self._receive()
            raise _EndedError
        # An empty mail is a dot at once: a line break before it makes all mails alike.
        self._unread = b"\r\n" + self._unread
        return (self._until(b"\r\n.\r\n") + b"\r\n")[2:]

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._receive()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _receive(self) -> None:
        data = self._connection.recv(1 << 20)
        if not data:
            raise _EndedError
        self._wire.writes.append(data)
        self._unread += data


@contextmanager
def open_wire() -> Iterator[Wire]:
    wire = Wire()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire.port = listener.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(wire, listener), daemon=True)
        thread.start()
        try:
            yield wire
        finally:
            # Wakes the thread that waits for the next connection.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _accept(wire: Wire, listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        wire.connections += 1
        threading.Thread(target=_Talk(wire, connection).run, daemon=True).start()
