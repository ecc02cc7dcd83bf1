"""What a forked process does: work as a worker, recover as the tick, report, leave, serve."""

from __future__ import annotations

import base64
import json
import os
import random
import socket
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter import personal_data
from newsletter.sending import actions, audience, handover, throttle
from newsletter.sending.models import Attempt, Batch, Delivery, Dispatch, OperatorAct, Probe
from newsletter.sending.ways import WATCHED
from newsletter.subscriptions import actions as subscriptions
from newsletter.subscriptions.models import Subscription
from tests.crash import mutations, points, scene
from tests.crash.mail_service import event
from wissensregion.settings import env

if TYPE_CHECKING:
    from collections.abc import Callable

SINGLE = "tests.crash.brevo.EmailBackend"
SETTINGS: Any = settings
# So small that a dozen readers make several of each.
CHUNK, SHARE = 6, 3
LATER = (1, 2, 30)


def do(order: dict[str, Any]) -> None:
    _furnish(order)
    ACTS[order["act"]](order)


def ready() -> None:
    """Load what is loaded at first use."""
    get_wsgi_application()


def _furnish(order: dict[str, Any]) -> None:
    """Make this process one of the order's site."""
    home = Path(order["home"])
    os.environ["DATABASE_URL"] = order["database"]
    connections["default"].settings_dict.update(env.database(""))
    settings.NEWSLETTER_STATE_DIR = home / "state"
    settings.ANYMAIL = {**SETTINGS.ANYMAIL, "BREVO_API_URL": order["service"], **_quick(order)}
    if order["mode"] == "single":
        settings.EMAIL_BACKEND = SINGLE
    for name, value in order.get("settings", {}).items():
        setattr(settings, name, value)
    if "room" in order:
        _leave_room(order["room"])
    audience.SHARE = SHARE
    audience.freeze_chunk.__defaults__ = (CHUNK,)
    handover.WIDEST = order.get("widest", 1)
    if order.get("hurry"):
        _hurry()
    here = points.Points(
        stops=[(name, number, signum) for name, number, signum in order.get("stops", [])],
        odds=order.get("odds", {}),
        seed=order.get("seed", 0),
        permits=home / "permits",
    )
    if mutation := order.get("mutation"):
        mutations.apply(mutation, here)
    points.install(here)


def _leave_room(pages: int) -> None:
    """Let the database grow by so much and no more: then its disk is full, for this process."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (size,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {size + pages}")


def _quick(order: dict[str, Any]) -> dict[str, Any]:
    return {"REQUESTS_TIMEOUT": tuple(order["timeout"])} if "timeout" in order else {}


def _hurry() -> None:
    """Shorten what would be minutes: a soak has one or two."""
    throttle.back_off = lambda tries: timedelta(seconds=random.uniform(0.1, 0.5))  # noqa: S311
    throttle.FIRST_REST = throttle.LONGEST_REST = timedelta(seconds=0.5)
    throttle.BURST_SECONDS = 60


def work(order: dict[str, Any]) -> None:
    """Go on with the dispatch as the task does, until nothing is due."""
    while actions.continue_dispatch(order["dispatch"]):
        pass


def toil(order: dict[str, Any]) -> None:
    """Go on with the dispatch as long as told: what a worker does all day."""
    until = monotonic() + order["seconds"]
    while monotonic() < until:
        if not actions.continue_dispatch(order["dispatch"], seconds=until - monotonic()):
            sleep(0.05)


def recover(order: dict[str, Any]) -> None:
    """Let hours pass and the tick come by: what it finds is due by then."""
    for hours in order.get("hours", LATER):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            call_command("newsletter_tick")


def toil_once(order: dict[str, Any]) -> None:
    """One slice of work, some hours from now."""
    with time_machine.travel(timezone.now() + timedelta(hours=order["hours"])):
        if "seconds" in order:
            actions.continue_dispatch(order["dispatch"], seconds=order["seconds"])
        else:
            work(order)


def report(order: dict[str, Any]) -> None:
    """Post reports to the webhook as the service would, in any order, some of them twice."""
    chance = random.Random(order.get("seed", 1))  # noqa: S311 - chance, no secret
    copies = [json.loads(line) for line in Path(order["log"]).read_text().splitlines()]
    events = [event(copy, kind) for copy in copies for kind in order.get("kinds", ["delivered"])]
    events += chance.sample(events, len(events) // 3)
    chance.shuffle(events)
    client = Client(headers={"authorization": "Basic " + base64.b64encode(
        SETTINGS.REPORTER.encode()).decode()})  # fmt: skip
    for one in events:
        answer = client.post(reverse("newsletter:webhook"), one, content_type="application/json")
        if answer.status_code != 200:
            message = f"the webhook answered {answer.status_code}"
            raise RuntimeError(message)


def recover_with_reports(order: dict[str, Any]) -> None:
    """An hour later the tick finds what is left; then the reports come; then a day goes by."""
    first, *rest = order.get("hours", LATER)
    recover({**order, "hours": [first]})
    report(order)
    recover({**order, "hours": rest})


def leave(order: dict[str, Any]) -> None:
    """One person unsubscribes."""
    mine = Subscription.objects.get(subscriber__address=order["address"])
    subscriptions.unsubscribe(mine, source="/newsletter/")


def erase(order: dict[str, Any]) -> None:
    """One person is erased everywhere."""
    personal_data.erase(order["address"])


def operate(order: dict[str, Any]) -> None:
    """An operator acts: pause, resume, cancel, or sends again to those unknown."""
    dispatch = Dispatch.objects.get(pk=order["dispatch"])
    if order["verb"] == "log":
        OperatorAct.objects.create(dispatch=dispatch, verb="pause", reason="seen")
    elif order["verb"] == "resend":
        actions.resend_unknown(dispatch, None, "seen", count=order["count"])
    else:
        getattr(actions, order["verb"])(dispatch, None, "seen")


def walk(order: dict[str, Any]) -> None:
    """Try every way between two states past the product; write down which the database allows."""
    dispatch = Dispatch.objects.get(pk=order["dispatch"])
    found: dict[str, list[list[str]]] = {}
    for table, column, ways in WATCHED:
        found[table] = [
            [was, to]
            for was in ways
            for to in ways
            if was != to and _allowed(dispatch, table, column, (was, to))
        ]
    (Path(order["home"]) / "ways").write_text(json.dumps(found))


def _allowed(dispatch: Dispatch, table: str, column: str, way: tuple[str, str]) -> bool:
    was, to = way
    with transaction.atomic():
        row = ROWS[table](dispatch, was)
        try:
            with transaction.atomic():
                rows = type(row)._default_manager.filter(pk=row.pk)  # noqa: SLF001
                # The way is to be refused for itself, not for what has to go along with it.
                along = {"left_out": to == "skipped"} if isinstance(row, Delivery) else {}
                rows.update(**{column: to}, **along)
        except IntegrityError:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def _a_dispatch(dispatch: Dispatch, state: str) -> Dispatch:
    return Dispatch.objects.create(
        newsletter=dispatch.newsletter,
        issue_key=dispatch.issue_key,
        kind="followup",
        state=state,
        hold_reason="late",
    )


def _a_batch(dispatch: Dispatch, state: str) -> Batch:
    return Batch.objects.create(
        dispatch=dispatch,
        edition=dispatch.editions.all()[0],
        seq=99,
        state=state,
        lease_until=timezone.now(),
    )


def _a_delivery(dispatch: Dispatch, state: str) -> Delivery:
    batch = _a_batch(dispatch, "pending")
    return Delivery.objects.create(
        dispatch=dispatch,
        batch=batch,
        edition=batch.edition,
        issue_key=dispatch.issue_key,
        address="somebody@example.org",
        address_key="somebody",
        state=state,
        left_out=state == "skipped",
    )


def _an_attempt(dispatch: Dispatch, state: str) -> Attempt:
    batch = _a_batch(dispatch, "pending")
    return Attempt.objects.create(batch=batch, epoch=1, owner="nobody", outcome=state)


def _a_probe(dispatch: Dispatch, state: str) -> Probe:
    return Probe.objects.create(
        issue_key=dispatch.issue_key, locale="de", digest="0", way="brevo", code="walk",
        composed={}, state=state, arrived_sha256="0",
    )  # fmt: skip


ROWS: dict[str, Callable[[Dispatch, str], Any]] = {
    "dispatch": _a_dispatch,
    "batch": _a_batch,
    "delivery": _a_delivery,
    "attempt": _an_attempt,
    "probe": _a_probe,
}


def prepare(order: dict[str, Any]) -> None:
    """Make the scene of all cases in an empty database."""
    call_command("migrate", "--run-syncdb", verbosity=0)
    scene.prepare(order["readers"], order["most"])
    connection.close()


class Serving(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def serve(order: dict[str, Any]) -> None:
    """Serve the site, webhooks and all, until killed."""
    server = Serving(("127.0.0.1", 0), Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=order["socket"])
    server.server_name, server.server_port = server.socket.getsockname()
    server.setup_environ()
    server.set_app(get_wsgi_application())
    server.serve_forever()


ACTS: dict[str, Callable[[dict[str, Any]], None]] = {
    act.__name__: act
    for act in (
        work, toil, toil_once, recover, report, recover_with_reports, leave, erase, operate,
        walk, prepare, serve,
    )
}  # fmt: skip
