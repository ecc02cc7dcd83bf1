"""How long an answer to a sign-up takes for an address we know, and for one we do not."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from django.db import connection
from django.test import Client, override_settings

from newsletter.models import Newsletter, SignupTally
from newsletter.subscriptions import actions
from tests.bench.ratio import Ratio
from tests.live.postgres import create_database, postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterator

TRIES = 500
WARM_UP = 20
# Milliseconds: what nobody could tell over a network.
LIMIT = 5.0
KINDS = ("known", "unknown")
API = "/api/v1/newsletter/subscriptions/"
# As on a site: the mail is a row for a worker.
SITE = {"TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}}


def measure() -> Iterator[Ratio]:
    with override_settings(**SITE):
        known, unknown = _medians()
    place = connection.vendor
    yield Ratio(
        f"{place}: known {known:.2f} ms, unknown {unknown:.2f} ms, apart",
        abs(known - unknown), "the least to be noticed", LIMIT, allowed=1, unit="ms",
    )  # fmt: skip
    if place == "sqlite":
        _the_same_on_postgres()


def _medians() -> tuple[float, float]:
    paper = Newsletter.objects.create(name="Bench", slug="bench")
    for number in range(TRIES):
        request = actions.subscribe(
            address=f"known{number}@example.org", newsletters=[paper], locale="de", source=""
        )
        actions.confirm(request)
    asked = [(kind, f"{kind}{number}@example.org") for number in range(TRIES) for kind in KINDS]
    random.Random(1).shuffle(asked)  # noqa: S311 - an order, no secret
    client = Client()
    for number in range(WARM_UP):
        _ask(client, f"nobody{number}@example.org")
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for kind, address in asked:
        times[kind].append(_ask(client, address))
    return median(times["known"]), median(times["unknown"])


def _ask(client: Client, address: str) -> float:
    # Every one on a quiet day.
    SignupTally.objects.all().delete()
    start = perf_counter()
    # Named, because other benches have left newsletters here.
    wish = {"address": address, "locale": "de", "newsletters": ["bench"]}
    answer = client.post(API, wish, content_type="application/json")
    took = 1000 * (perf_counter() - start)
    assert answer.status_code == 202, answer.content
    return took


def _the_same_on_postgres() -> None:
    with postgres_server() as server:
        url = create_database(server, "bench")
        subprocess.run(
            [sys.executable, "-m", "tests.bench", "signing_up"],
            env={**os.environ, "BENCH_DATABASE_URL": url},
            check=True,
        )
