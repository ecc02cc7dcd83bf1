"""The tick finds what is due, misses who is silent, and clears up behind the dead."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task_backends
from django_tasks.backends.dummy import DummyBackend
from django_tasks_db.models import DBTaskResult

from newsletter.models import Dispatch
from newsletter.sending import actions
from tests.newsletter.issues import prove
from wissensregion.settings.stores import QUEUES
from wissensregion.working import heartbeats, leftovers
from wissensregion.working.heartbeats import Heartbeat, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

    from newsletter.models import IssuePage, Subscriber
    from wissensregion.models import User


@pytest.fixture
def dispatch(issue: IssuePage, ada: Subscriber, editor: User) -> Dispatch:
    """An issue for ada, begun; its task is lost."""
    outbox.outbox.clear()
    return actions.start(issue, editor)


@pytest.fixture
def asleep(settings: Settings) -> Callable[[], list[str]]:
    """A queue that does nothing; it tells what was put into it."""
    path = f"{DummyBackend.__module__}.{DummyBackend.__qualname__}"
    settings.TASKS = {"default": {"BACKEND": path, "QUEUES": QUEUES}}

    def names() -> list[str]:
        backend = task_backends["default"]
        assert isinstance(backend, DummyBackend)
        return [result.task.name for result in backend.results]

    return names


def grow_old(**ages: timedelta) -> None:
    for kind, age in ages.items():
        Heartbeat.objects.filter(kind=kind).update(beat_at=timezone.now() - age)


def row(queue: str, status: TaskResultStatus, age: timedelta) -> DBTaskResult[..., Any]:
    at = timezone.now() - age
    return DBTaskResult.objects.create(
        task_path="newsletter.sending.tasks.continue_dispatch", backend_name="default",
        queue_name=queue, status=status, run_after=at, started_at=at,
        finished_at=None if status == TaskResultStatus.RUNNING else at,
        args_kwargs={"args": [1], "kwargs": {}}, exception_class_path="", traceback="",
    )  # fmt: skip


def test_where_a_worker_is_at_work_the_tick_wakes_it_and_leaves_the_sending_to_it(
    dispatch: Dispatch,
    asleep: Callable[[], list[str]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heartbeats.beat(Kind.WORKER, pid=os.getpid(), queues=["bulk"])

    with django_capture_on_commit_callbacks(execute=True):
        call_command("newsletter_tick")

    assert asleep().count("continue_dispatch") == 1
    assert not outbox.outbox


@pytest.mark.parametrize("queues", [["confirmations"], ["bulk"]])
def test_where_no_worker_serves_the_queue_the_tick_sends(
    dispatch: Dispatch, asleep: Callable[[], list[str]], queues: list[str]
) -> None:
    heartbeats.beat(Kind.WORKER, pid=os.getpid(), queues=queues)
    if queues == ["bulk"]:
        grow_old(worker=timedelta(minutes=2))

    call_command("newsletter_tick")

    assert [message.to for message in outbox.outbox] == [["Ada@example.org"]]


def test_a_step_that_fails_is_named_and_the_others_are_done(
    issue: IssuePage, dispatch: Dispatch, settings: Settings
) -> None:
    stuck = row("bulk", TaskResultStatus.RUNNING, timedelta(days=2))
    settings.EMAIL_BACKEND = "there.is.no.Backend"
    prove(issue)

    with pytest.raises(CommandError, match=r"Failed: continue_dispatches\. The log says why"):
        call_command("newsletter_tick")

    stuck.refresh_from_db()
    assert stuck.status == TaskResultStatus.FAILED


@pytest.mark.django_db
def test_a_task_whose_worker_died_is_called_failed_after_a_day() -> None:
    lost = row("bulk", TaskResultStatus.RUNNING, timedelta(hours=25))
    running = row("bulk", TaskResultStatus.RUNNING, timedelta(hours=23))

    call_command("newsletter_tick")

    lost.refresh_from_db()
    running.refresh_from_db()
    assert (lost.status, running.status) == (TaskResultStatus.FAILED, TaskResultStatus.RUNNING)
    assert import_string(lost.exception_class_path) is leftovers.LostTaskError


@pytest.mark.django_db
def test_ended_tasks_of_every_queue_go_after_two_weeks() -> None:
    for queue in QUEUES:
        row(queue, TaskResultStatus.SUCCESSFUL, timedelta(days=15))
        row(queue, TaskResultStatus.FAILED, timedelta(days=15))
    kept = row("bulk", TaskResultStatus.SUCCESSFUL, timedelta(days=13))

    call_command("newsletter_tick")

    assert list(DBTaskResult.objects.all()) == [kept]


@pytest.mark.django_db
def test_the_tick_leaves_its_mark() -> None:
    assert heartbeats.last(Kind.TICK) is None

    call_command("newsletter_tick")
    call_command("newsletter_tick")

    at = heartbeats.last(Kind.TICK)
    assert at is not None
    assert timezone.now() - at < timedelta(seconds=30)
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_missed_until_another_takes_its_place(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heartbeats.beat(Kind.WORKER, pid=4711, queues=["bulk"])
    grow_old(worker=timedelta(minutes=4))
    with caplog.at_level(logging.WARNING):
        call_command("newsletter_tick")
    assert "The worker 4711 on " in caplog.text
    assert " has been silent since " in caplog.text

    caplog.clear()
    heartbeats.beat(Kind.WORKER, pid=4712, queues=["bulk"])
    call_command("newsletter_tick")

    assert "silent" not in caplog.text
    assert [beat.pid for beat in Heartbeat.objects.filter(kind=Kind.WORKER)] == [4712]
