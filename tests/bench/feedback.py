"""Reports by the ten thousand: through the whole view, and applied in sets."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from importlib import reload
from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import clear_url_caches
from django.utils import timezone
from wagtail.models import Locale, Page

import newsletter.urls
import wissensregion.urls
from newsletter.composing.models import Edition, IssueIndexPage, IssuePage
from newsletter.feedback import actions
from newsletter.models import Batch, Delivery, Dispatch, FeedbackEvent, Newsletter
from newsletter.subscriptions import addresses
from tests.bench.ratio import Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAILS = 5000
# Two reports of each mail; a service that collects them sends so many at once.
KINDS = ("bounce", "sent")
TOGETHER = 100
ALONE = 1000
SECRET = "bench:a-password-long-enough-for-anybody"  # noqa: S105 - the bench's own
SERVICE = {
    "EMAIL_BACKEND": "anymail.backends.mailjet.EmailBackend",
    "ANYMAIL": {"WEBHOOK_SECRET": SECRET},
    # As on a site: the request only asks a worker, by a row.
    "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["webhooks"]}},
}
INSERT = (
    "INSERT INTO bench_rows (service, dedup, delivery_key, address_key, kind, description,"
    " received_at) VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def measure() -> Iterator[Ratio]:
    _bare_table()
    mails = _handed_over()
    told = [_told(mail, kind, number) for kind in KINDS for number, mail in enumerate(mails)]
    lists = [told[start : start + TOGETHER] for start in range(0, len(told), TOGETHER)]
    bare_lists = _seconds(lambda: _bare(lists))
    bare_alone = _seconds(lambda: _bare([[each] for each in told[:ALONE]]))
    with override_settings(**SERVICE):
        _reload_urls()
        together = _seconds(lambda: _post(lists))
        waiting = FeedbackEvent.objects.waiting().count()
        assert waiting == len(told), f"only {waiting} of {len(told)} were kept"
        apply = _seconds(_apply)
        alone = _seconds(lambda: _post([[{**each, "time": 9}] for each in told[:ALONE]]))
    _reload_urls()
    arrived = Delivery.objects.filter(outcome="delivered").count()
    assert arrived == MAILS, f"only {arrived} of {MAILS} arrived"
    count = len(told)
    yield Ratio(
        f"keep {count} reports, {TOGETHER} a call ({_rate(count, together)}/s)",
        together, "bare INSERTs", bare_lists, allowed=25,
    )  # fmt: skip
    yield Ratio(
        f"keep {ALONE} reports, 1 a call ({_rate(ALONE, alone)}/s)",
        alone, "bare commits", bare_alone, allowed=25,
    )  # fmt: skip
    yield Ratio(
        f"apply {count} reports ({_rate(count, apply)}/s)",
        apply, "bare INSERTs", bare_lists, allowed=25,
    )  # fmt: skip


def _post(lists: list[list[dict[str, Any]]]) -> None:
    client = Client(headers={"authorization": f"Basic {b64encode(SECRET.encode()).decode()}"})
    for each in lists:
        answer = client.post(
            "/newsletter/webhooks/mailjet/", json.dumps(each), content_type="application/json"
        )
        assert answer.status_code == 200, answer.status_code


def _apply() -> None:
    while actions.apply_waiting():
        pass


def _bare_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, service TEXT, dedup TEXT UNIQUE,"
            " delivery_key TEXT, address_key TEXT, kind TEXT, description TEXT, received_at TEXT)"
        )


def _bare(lists: list[list[dict[str, Any]]]) -> None:
    """As many rows and commits as there are calls, and nothing else."""
    for each in lists:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                INSERT,
                [
                    ("mailjet", secrets.token_hex(32), "k" * 22, "a" * 64, "sent", "", "2026-11-24")
                    for _report in each
                ],
            )


def _told(mail: Delivery, kind: str, number: int) -> dict[str, Any]:
    return {
        "event": kind, "time": 1795471200 + number, "MessageID": number, "email": mail.address,
        "Payload": json.dumps({"delivery": mail.key}), "error": "quota exceeded",
        "hard_bounce": False, "smtp_reply": "250 2.0.0 OK",
    }  # fmt: skip


def _handed_over() -> list[Delivery]:
    """An issue that went to five thousand readers through Mailjet."""
    newsletter = Newsletter.objects.create(name="Feedback", slug="feedback")
    locale = Locale.objects.get_or_create(language_code="de")[0]
    archive = IssueIndexPage(title="Feedback", slug="feedback-archive", locale=locale)
    Page.get_first_root_node().add_child(instance=archive)
    issue = IssuePage(title="F", slug="f", subject="F", newsletter=newsletter, locale=locale)
    archive.add_child(instance=issue)
    common = {"issue_key": issue.translation_key}
    dispatch = Dispatch.objects.create(newsletter=newsletter, state="completed", **common)
    edition = Edition.objects.create(
        page=issue, locale="de", subject="F", html="", text="", sha256="", **common
    )
    batches = [
        Batch(dispatch=dispatch, edition=edition, seq=number, state="done", service="mailjet")
        for number in range(MAILS // TOGETHER)
    ]
    Batch.objects.bulk_create(batches)
    mails = [f"reader{number}@example.org" for number in range(MAILS)]
    return Delivery.objects.bulk_create(
        Delivery(
            dispatch=dispatch, batch=batches[number // TOGETHER], edition=edition, address=address,
            address_key=addresses.address_key(address), state="accepted",
            handed_over_at=timezone.now(), **common,
        )
        for number, address in enumerate(mails)
    )  # fmt: skip


def _reload_urls() -> None:
    reload(newsletter.urls)
    reload(wissensregion.urls)
    clear_url_caches()


def _rate(count: int, seconds: float) -> int:
    return round(count / seconds)


def _seconds(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
