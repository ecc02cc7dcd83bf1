"""A mail service that stands on this machine and answers what a test wants."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Service:
    """What it was sent, and what it answers."""

    url: str = ""
    status: int = 200
    body: str = "{}"
    delay: float = 0
    hangs_up: bool = False
    calls: list[dict[str, Any]] = field(default_factory=list)

    def accepts(self, answer: Any) -> None:
        self.body = json.dumps(answer)


@contextmanager
def open_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            form = "form-urlencoded" in self.headers.get("Content-Type", "")
            sent = parse_qs(raw.decode()) if form else json.loads(raw)
            service.calls.append({"path": self.path, "sent": sent, "raw": raw.decode()})
            time.sleep(service.delay)
            if service.hangs_up:
                self.connection.close()
                return
            with suppress(BrokenPipeError):  # Who asked has gone.
                self.send_response(service.status)
                self.end_headers()
                self.wfile.write(service.body.encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
