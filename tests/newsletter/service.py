"""A mail service that stands on this machine and answers what a test wants."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Service:
    """What it was sent, and what it answers."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    delay: float = 0
    hangs_up: bool = False
    # Where it cuts the connection hard: before, in or after the body of the call.
    cuts: Literal["", "before", "in", "after"] = ""
    # Makes the answer from what was sent.
    answers: Callable[[dict[str, Any]], Any] | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0

    def accepts(self, answer: Any) -> None:
        self.body = json.dumps(answer)


def anymail_settings(url: str) -> dict[str, Any]:
    """Return what leads Anymail to a service at this address, whichever it is."""
    return {
        "BREVO_API_KEY": "k", "BREVO_API_URL": f"{url}/v3/",
        "MAILJET_API_KEY": "k", "MAILJET_SECRET_KEY": "s",
        "MAILJET_API_URL": f"{url}/v3.1/",
        "POSTMARK_SERVER_TOKEN": "t", "POSTMARK_API_URL": f"{url}/",
        "MAILGUN_API_KEY": "k", "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": f"{url}/v3",
        "RESEND_API_KEY": "k", "RESEND_API_URL": f"{url}/",
        "REQUESTS_TIMEOUT": (0.5, 30),
    }  # fmt: skip


@contextmanager
def open_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # Keeps connections, as services do.

        def setup(self) -> None:
            service.connections += 1
            super().setup()

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            if service.cuts in {"before", "in"}:
                self.rfile.read(length // 2 if service.cuts == "in" else 0)
                self.cut()
                return
            raw = self.rfile.read(length)
            form = "form-urlencoded" in self.headers.get("Content-Type", "")
            sent = parse_qs(raw.decode()) if form else json.loads(raw)
            call = {"path": self.path, "sent": sent, "raw": raw.decode()}
            service.calls.append(call)
            time.sleep(service.delay)
            if service.hangs_up:
                self.close_connection = True
                self.connection.close()
                return
            if service.cuts == "after":
                self.cut()
                return
            body = json.dumps(service.answers(call)) if service.answers else service.body
            with suppress(BrokenPipeError):  # Who asked has gone.
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

        def cut(self) -> None:
            """Reset the connection, as a crash or a firewall does."""
            self.close_connection = True
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.rfile.close()
            self.connection.close()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
