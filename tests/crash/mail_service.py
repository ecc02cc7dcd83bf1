"""A mail service of Brevo's shape in a process of its own, and the only one that knows the truth.

What it accepts stands in its log, on the disk, before it answers anything. It can be told to
answer late, wrongly or never. Run it as ``python -m tests.crash.mail_service``; it prints its port.
"""

from __future__ import annotations

import base64
import json
import os
import random
import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

# What stands in the way of the call, before anything is accepted.
REFUSALS = {"400", "401", "429", "500"}
STANDING = (
    "SELECT a.id FROM newsletter_attempt a JOIN newsletter_delivery d "
    "ON a.delivery_id = d.id OR (a.delivery_id IS NULL AND a.batch_id = d.batch_id) "
    "WHERE d.key = {} ORDER BY a.id"
)
LINGER = b"\x01\0\0\0\0\0\0\0"
HANGS = 2.5


@dataclass
class Account:
    """One customer of the service: what it was sent, and how it is to behave."""

    log: Path
    database: str
    # The number of a call -> what happens to it; "ok" where nothing is said.
    script: dict[str, str] = field(default_factory=dict)
    odds: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    poison: str = ""
    # Where it reports to, and as whom.
    reports: str = ""
    reporter: str = ""
    hangs: float = HANGS

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.random = random.Random(self.seed)  # noqa: S311 - chance, no secret
        self.calls = 0
        self.held = 0

    def next(self) -> tuple[int, str]:
        """Count a call and say what happens to it."""
        with self.lock:
            self.calls += 1
            drawn = self.random.random()
            for name, odds in self.odds.items():
                if drawn < odds:
                    return self.calls, name
                drawn -= odds
            return self.calls, self.script.get(str(self.calls), "ok")

    def accept(self, number: int, copies: list[dict[str, Any]]) -> None:
        """Write down, on the disk, who gets a mail now and which permits stood for it."""
        standing = _permits(self.database, [copy["key"] for copy in copies])
        with self.lock, self.log.open("a") as file:
            for copy in copies:
                line = {**copy, "call": number, "permits": standing[copy["key"]], "at": time.time()}
                file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def report(self, copies: list[dict[str, Any]], kind: str = "delivered") -> None:
        for copy in copies:
            _post(self.reports, self.reporter, event(copy, kind))


ACCOUNTS: dict[str, Account] = {}


def event(copy: dict[str, Any], kind: str) -> dict[str, Any]:
    """Say in Brevo's words what became of a mail."""
    at = int(copy.get("at", time.time()))
    return {
        "event": kind,
        "email": copy["address"],
        "id": 1,
        "date": "2026-11-24 10:00:00",
        "ts": at,
        "ts_event": at,
        "message-id": f"<{copy['key']}@brevo.test>",
        "X-Mailin-custom": json.dumps({"delivery": copy["key"]}),
        "tags": [],
    }


class Handler(BaseHTTPRequestHandler):
    """Answers Anymail's calls under ``/<account>/``, and the tests' under ``/control/``."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        first, _, rest = self.path.strip("/").partition("/")
        if first == "control":
            self._control(rest, sent)
            return
        account = ACCOUNTS[first]
        number, what = account.next()
        copies = list(_copies(sent))
        if account.poison and account.poison in {copy["address"] for copy in copies}:
            what = "400"
        with suppress(BrokenPipeError, ConnectionResetError):  # Who asked is dead.
            self._treat(account, number, what, copies)

    def _treat(self, account: Account, number: int, what: str, copies: list[Any]) -> None:
        if what == "hold_429":
            _hold(account)
            what = "429"
        if what in REFUSALS:
            self._answer(int(what), {"code": "no", "message": "no"})
        elif what == "reset":
            self._reset()
        else:
            account.accept(number, copies)
            self._accepted(account, what, copies)

    def _accepted(self, account: Account, what: str, copies: list[Any]) -> None:
        match what:
            case "accept_hold":
                _hold(account)
            case "accept_report":
                account.report(copies)
            case "accept_hang":
                time.sleep(account.hangs)
            case "accept_500":
                self._answer(500, {})
                return
            case "accept_reset":
                self._reset()
                return
            case "accept_garble":
                self._answer(201, text='{"messageIds": ["<a')
                return
        ids = [f"<{copy['key']}@brevo.test>" for copy in copies]
        self._answer(201, {"messageIds": ids} if len(ids) > 1 else {"messageId": ids[0]})

    def _control(self, name: str, sent: dict[str, Any]) -> None:
        match sent.pop("do"):
            case "open":
                sent["log"] = Path(sent["log"])
                ACCOUNTS[name] = Account(**sent)
            case "release":
                ACCOUNTS[name].released.set()
            case "close":
                ACCOUNTS.pop(name, None)
        account = ACCOUNTS.get(name)
        self._answer(200, {"calls": account.calls, "held": account.held} if account else {})

    def _answer(self, status: int, said: Any = None, *, text: str = "") -> None:
        body = (text or json.dumps(said)).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
        self.connection.close()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """Callers that are killed hang up; that is what this is for."""


def _hold(account: Account) -> None:
    account.held += 1
    account.released.wait(60)


def _copies(sent: dict[str, Any]) -> Any:
    """Read each person's copy, as the service would mail it."""
    shared = sent.get("headers", {})
    for version in sent.get("messageVersions") or [sent]:
        headers = {**shared, **version.get("headers", {})}
        yield {
            "key": json.loads(headers.get("X-Mailin-custom", "{}")).get("delivery", ""),
            "address": version["to"][0]["email"],
            "recipients": len(version["to"]),
            "subject": sent["subject"],
            "headers": {name: value for name, value in headers.items() if name.startswith("List-")},
            "links": sorted(version.get("params", {}).values()),
            "body": sent["htmlContent"],
            "idempotency": shared.get("idempotencyKey", ""),
        }


def _permits(database: str, keys: list[str]) -> dict[str, list[int]]:
    """Ask the customer's database, past the customer, which permits stand for these."""
    parts = urlsplit(database)
    if parts.scheme == "sqlite":
        path = f"file:{parts.path[1:]}?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=20)) as file:
            return {
                key: [row[0] for row in file.execute(STANDING.format("?"), [key])] for key in keys
            }
    with psycopg.connect(database) as connection:
        query = STANDING.format("%s").encode()
        return {key: [row[0] for row in connection.execute(query, [key])] for key in keys}


def _post(url: str, reporter: str, said: dict[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        url,
        data=json.dumps(said).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": "Basic " + base64.b64encode(reporter.encode()).decode(),
        },
    )
    with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)  # noqa: T201 - the tests read it
    server.serve_forever()
