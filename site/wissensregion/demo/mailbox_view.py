"""The mailbox in the browser: a WSGI application of four addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from wissensregion.demo.mailbox import Box, Mail

SHOWN = 200
ADDRESS = re.compile(r"^/(?P<key>[0-9]+)/(?P<form>html|raw|)$", re.ASCII)
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# The page needs its own style and the frame with the mail, nothing else.
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"


@dataclass(frozen=True)
class Answer:
    """What goes back to the browser."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = HTTPStatus.OK
    policy: str = PAGE_POLICY


@dataclass(frozen=True)
class MailboxView:
    """Lists the mails and shows each as page, text, headers and source."""

    box: Box
    site: str

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = self.answer(environ.get("PATH_INFO", "/"))
        headers = [
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(answer.body))),
            ("Content-Security-Policy", answer.policy),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start(f"{answer.status:d} {responses[answer.status]}", headers)
        return [answer.body]

    def answer(self, path: str) -> Answer:
        if path == "/":
            return page(
                "demo/mailbox.html", mails=self.box.newest(SHOWN), total=len(self.box.keys())
            )
        address = ADDRESS.match(path)
        mail = self.box.get(address["key"]) if address else None
        if address is None or mail is None:
            return page("demo/no_mail.html", status=HTTPStatus.NOT_FOUND)
        if address["form"] == "raw":
            return Answer(mail.raw, "text/plain; charset=utf-8")
        if address["form"] == "html":
            return self.html(mail)
        return page("demo/mail.html", mail=mail)

    def html(self, mail: Mail) -> Answer:
        """The mail's HTML as a mail program shows it: no scripts, pictures of this site only."""
        policy = (
            "default-src 'none'; style-src 'unsafe-inline'; "
            f"img-src data: {self.site}; "
            "sandbox allow-popups allow-popups-to-escape-sandbox"
        )
        # Its links open beside the mailbox, because nothing may leave the frame.
        body = HEAD.sub(r'\g<0><base target="_blank">', mail.html, count=1)
        return Answer(body.encode(), policy=policy)


def page(template: str, status: int = HTTPStatus.OK, **context: Any) -> Answer:
    return Answer(render_to_string(template, context).encode(), status=status)


class Server(ThreadingMixIn, WSGIServer):
    """Answers several browsers at once."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    """Writes no line for every look into the mailbox: an address could stand in it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        pass


def server(view: MailboxView, host: str, port: int) -> WSGIServer:
    return make_server(host, port, view, server_class=Server, handler_class=QuietHandler)
