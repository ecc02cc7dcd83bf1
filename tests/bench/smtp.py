"""The way over SMTP, alone: against Postfix's own load generator, into the same server."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from django.test import override_settings

from newsletter.mail.compiled import compiled
from newsletter.mail.smtp import SmtpCarrier
from newsletter.mail.terms import Letter, Recipient, Verdict
from tests.bench.ratio import Ratio
from tests.live import debian, postfix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAILS, ROUNDS = 10_000, 3
# Connections, a thread each, and how many times as long as the load generator they may take.
ALLOWED = {1: 3, 4: 1.25, 8: 1.25}
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
LINK = f"https://www.example.org/newsletter/leave/{'MTIzNDU2Nzg5MA:1vNq8Z:' * 4}/"
LINE = (
    '<td style="font-family:Georgia,serif;font-size:17px;line-height:27px">Grüße vom Rhein</td>\n'
)
LETTER = Letter(
    subject="Neues vom Rhein – für Sie",
    text="Neues vom Rhein.\n" * 200 + "Abmelden: @@unsubscribe@@\n",
    html=f'<table>{LINE * 330}</table><a href="@@unsubscribe@@">Abmelden</a> @@preferences@@',
    marks=["@@unsubscribe@@", "@@preferences@@"],
    from_email="Wissensregion <newsletter@example.org>",
)


def measure() -> Iterator[Ratio]:
    try:
        tools = postfix.tools()
    except debian.MissingError as missing:
        sys.stdout.write(f"smtp       left out: {missing}\n")
        return
    readers = [_reader(number) for number in range(MAILS)]
    size = len(compiled(LETTER).copy(readers[0]).content)
    source: list[float] = []
    ours: dict[int, list[float]] = {threads: [] for threads in ALLOWED}
    with on_core(1), tools.listening() as port, _backend(port), on_core(0):
        # In turn, so that whatever else the machine does slows all of them.
        for _ in range(ROUNDS):
            source.append(_seconds(partial(tools.send, port, MAILS, size)))
            for threads, taken in ours.items():
                taken.append(_seconds(partial(_carry_all, readers, threads)))
    limit = f"smtp-source -s 10 -d -l {size}"
    for threads, allowed in ALLOWED.items():
        what = f"carry {MAILS} mails, connections: {threads}"
        yield Ratio(what, min(ours[threads]), limit, min(source), allowed)


def _carry_all(readers: Sequence[Recipient], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        accepted = sum(pool.map(_carry, (readers[start::threads] for start in range(threads))))
    assert accepted == len(readers), f"only {accepted} of {len(readers)} were taken"


def _carry(readers: Sequence[Recipient]) -> int:
    carrier = SmtpCarrier()
    receipts = [carrier.carry(LETTER, [reader]) for reader in readers]
    carrier.close()
    return sum(
        receipt.verdict == Verdict.ACCEPTED
        and all(answer.failure is None for answer in receipt.answers.values())
        for receipt in receipts
    )


def _reader(number: int) -> Recipient:
    link = f"{LINK}{number}/"
    return Recipient(
        key=f"key-{number}",
        address=f"reader{number}@example.org",
        values={"@@unsubscribe@@": link, "@@preferences@@": f"{link}?preferences"},
        headers={
            "List-Id": "<rhein.example.org>",
            "List-Post": "NO",
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _backend(port: int) -> override_settings:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return override_settings(
        EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=30
    )


def _seconds(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """Keep what is begun here on one core, where the machine has two and lets us choose."""
    if len(CORES) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[number]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
