"""The whole engine with its ledger: over SMTP, in calls for many, and the freeze before them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import requests
from django.test import override_settings

from newsletter.sending import actions
from newsletter.sending.models import Dispatch
from tests.bench.audience import HTML, TEXT, begin, empty
from tests.bench.ratio import Ratio
from tests.bench.smtp import LETTER, on_core
from tests.live import debian, postfix
from tests.live.ports import free_port, wait_for_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# So many that what is done once, the first look at addresses and settings, counts for nothing.
MAILS, ROUNDS = 10_000, 2
# Lanes, and how many times as long as Postfix's own load generator they may take.
OVER_SMTP = {1: 3, 4: 1.25, 8: 1.25}
RECIPIENTS, A_CALL = 20_000, 1000
FROZEN = 100_000
SMTP = "django.core.mail.backends.smtp.EmailBackend"
MAILGUN = "anymail.backends.mailgun.EmailBackend"


def measure() -> Iterator[Ratio]:
    yield from _over_smtp()
    yield from _in_calls()
    yield _freeze()


def _over_smtp() -> Iterator[Ratio]:
    try:
        tools = postfix.tools()
    except debian.MissingError as missing:
        sys.stdout.write(f"sending    over SMTP left out: {missing}\n")
        return
    size = len(LETTER.html) + len(LETTER.text)
    source: list[float] = []
    ours: dict[int, list[float]] = {lanes: [] for lanes in OVER_SMTP}
    with on_core(1), tools.listening() as port, on_core(0):
        backend = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
        for _round in range(ROUNDS):
            source.append(_seconds(partial(tools.send, port, MAILS, size)))
            for lanes, taken in ours.items():
                with override_settings(**backend, NEWSLETTER_LANES=lanes):
                    taken.append(_sent(MAILS, html=LETTER.html, text=LETTER.text))
    for lanes, allowed in OVER_SMTP.items():
        what = f"engine, {MAILS} mails, lanes: {lanes}"
        limit = f"smtp-source -s 10 -d -l {size}"
        yield Ratio(what, min(ours[lanes]), limit, min(source), allowed)


def _in_calls() -> Iterator[Ratio]:
    with _mail_service() as url:
        limit = _seconds(partial(_by_hand, url))
        with _through_mailgun(url):
            took = _sent(RECIPIENTS, html=HTML, text=TEXT)
    what = f"engine, {RECIPIENTS} recipients in calls of {A_CALL}"
    yield Ratio(what, took, "the same calls by hand", limit, 20)


def send_in_calls(dispatch_id: int) -> None:
    """Plan a dispatch and send it in calls for many."""
    with _mail_service() as url, _through_mailgun(url):
        _frozen(Dispatch.objects.get(pk=dispatch_id))
        assert actions.release_due(dispatch_id)
        _send(dispatch_id)


def _through_mailgun(url: str) -> override_settings:
    keys = {"MAILGUN_API_KEY": "key", "MAILGUN_API_URL": f"{url}/v3"}
    return override_settings(EMAIL_BACKEND=MAILGUN, ANYMAIL=keys, NEWSLETTER_LANES=4)


def _freeze() -> Ratio:
    """Deliveries, batches and cursor against the bare rows, once read and once written."""
    dispatch = begin(FROZEN, HTML, TEXT)
    limit = _seconds(lambda: list(dispatch.newsletter.subscriptions.values_list("subscriber")))
    took = _seconds(partial(_frozen, dispatch))
    empty()
    return Ratio(f"freeze {FROZEN} readers", took, "reading them once", limit, 150)


def _sent(readers: int, *, html: str, text: str) -> float:
    """Send a fresh issue to so many and return the seconds from the first call to the last."""
    dispatch = begin(readers, html, text)
    _frozen(dispatch)
    assert actions.release_due(dispatch.pk)
    took = _seconds(partial(_send, dispatch.pk))
    counts = dispatch.deliveries.all().counts()
    assert counts["accepted"] == readers, counts
    empty()
    return took


def _frozen(dispatch: Dispatch) -> None:
    assert actions.may_send()
    actions.freeze(dispatch.pk)
    dispatch.refresh_from_db()
    assert dispatch.state == "ready", dispatch.state


def _send(dispatch_id: int) -> None:
    while actions.continue_dispatch(dispatch_id):
        pass


def _by_hand(url: str) -> None:
    with requests.Session() as session:
        for start in range(0, RECIPIENTS, A_CALL):
            to = [f"reader{number}@example.org" for number in range(start, start + A_CALL)]
            variables = {each: {"leave": f"https://www.example.org/{each}"} for each in to}
            data = {
                "from": "newsletter@example.org", "to": to, "subject": "Neues vom Rhein",
                "html": HTML, "text": TEXT, "recipient-variables": json.dumps(variables),
            }  # fmt: skip
            session.post(f"{url}/v3/example.org/messages", data=data, timeout=60).raise_for_status()


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def _mail_service() -> Iterator[str]:
    """A service in a process of its own that takes everything it is given."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.taking", str(port)])
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
