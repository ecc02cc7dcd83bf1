"""A thousand readers: the engine against a bare SMTP loop of the same bytes."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.core import mail as outbox
from django.test import override_settings
from wagtail.models import Locale, Page

from newsletter import mail
from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.sending import actions, audience, copies
from newsletter.sending.models import Dispatch
from newsletter.sending.permits import Copy
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Newsletter, Subscriber, Subscription
from tests.bench.ratio import Ratio
from tests.live.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READERS = 1000
NOBODY = Copy(0, "", "reader@example.org", "nobody", 0)
# A mail of a usual size: MJML's tables around a few stories.
LINE = '<td style="font-family:Georgia,serif;font-size:17px;line-height:27px">Neues am Rhein</td>\n'
HTML = f'<table>{LINE * 350}</table><a href="@@unsubscribe@@">Abmelden</a>'
TEXT = "Neues vom Rhein.\n" * 200 + "Abmelden: @@unsubscribe@@\n"


def measure() -> Iterator[Ratio]:
    dispatch = _dispatch()
    freeze = _seconds(lambda: _freeze(dispatch.pk))
    wire = _as_on_the_wire(dispatch)
    with _mail_server() as port:
        bare = _seconds(lambda: _bare_loop(port, wire))
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(
            EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=30
        ):
            send = _seconds(lambda: _send(dispatch.pk))
    accepted = dispatch.deliveries.all().counts()["accepted"]
    assert accepted == READERS, f"only {accepted} of {READERS} were handed over"
    yield Ratio(f"freeze {READERS} readers", freeze, "bare SMTP loop", bare, allowed=1)
    yield Ratio(f"hand over {READERS} mails", send, "bare SMTP loop", bare, allowed=12)


def _freeze(dispatch_id: int) -> None:
    assert actions.may_send()
    while audience.freeze_chunk(dispatch_id):
        pass


def _send(dispatch_id: int) -> None:
    while actions.continue_dispatch(dispatch_id):
        pass


def _bare_loop(port: int, wire: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(READERS):
            server.sendmail("newsletter@example.org", [f"reader{number}@example.org"], wire)


def _as_on_the_wire(dispatch: Dispatch) -> bytes:
    edition = dispatch.editions.get()
    with closing(mail.carrier()) as carrier:
        carrier.carry(
            copies.letter(edition),
            [copies.Addressing(dispatch.newsletter).recipient(NOBODY)],
        )
    message: Any = outbox.outbox.pop().message()
    return bytes(message.as_bytes(linesep="\r\n"))


def _seconds(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server in a process of its own, so that it costs the measured one nothing."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "-c", "aiosmtpd.handlers.Sink"])
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = f"no mail server on port {port} after {patience:.0f} seconds"
    raise RuntimeError(message)


def _dispatch() -> Dispatch:
    """An issue for a thousand readers, begun."""
    newsletter = Newsletter.objects.create(name="Bench", slug="bench")
    Subscriber.objects.bulk_create(
        Subscriber(address=address, address_key=addresses.address_key(address), locale="de")
        for address in (f"reader{number}@example.org" for number in range(READERS))
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, newsletter=newsletter)
        for subscriber in Subscriber.objects.all()
    )
    locale = Locale.objects.get_or_create(language_code="de")[0]
    archive = IssueIndexPage(title="Bench", slug="bench-archive", locale=locale)
    Page.get_first_root_node().add_child(instance=archive)
    issue = IssuePage(
        title="Bench", slug="bench", subject="Bench", newsletter=newsletter, locale=locale
    )
    archive.add_child(instance=issue)
    dispatch = Dispatch.objects.create(newsletter=newsletter, issue_key=issue.translation_key)
    edition = Edition.objects.create(
        page=issue, issue_key=issue.translation_key, locale="de",
        subject="Neues vom Rhein", html=HTML, text=TEXT, sha256="",
    )  # fmt: skip
    dispatch.editions.set([edition])
    return dispatch
