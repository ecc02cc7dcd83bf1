"""The queue on a Redis server: what Wagtail and the newsletter put there arrives and is done."""

from __future__ import annotations

import json
import signal
import zlib
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis as client
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from wagtail.models import ReferenceIndex

from tests import factories
from tests.live import chores
from wissensregion.settings import env
from wissensregion.working import redis_worker
from wissensregion.working.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import DjangoCaptureOnCommitCallbacks as Commits
    from pytest_django import Settings

    from home.models import HomePage


@pytest.fixture
def queue(redis: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> client.Redis:
    """The server, empty, with the site's queue on it."""
    server = client.Redis.from_url(f"{redis}/15")
    server.flushdb()
    monkeypatch.setenv("TASKS_URL", f"{redis}/15")
    for name, value in env.tasks().items():
        setattr(settings, name, value)
    return server


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Commits) -> Commits:
    return django_capture_on_commit_callbacks


@pytest.fixture
def work(queue: client.Redis) -> Iterator[Callable[[], None]]:
    """Do all that waits, as a worker does."""
    before = signal.getsignal(signal.SIGTERM)
    connection = redis_worker.Connection(env.tasks()["TASKS"]["default"]["QUEUES"])

    def work() -> None:
        connection.wake_scheduled()
        redis_worker.work(Pulse(None, longest=60), connection, max_tasks=None, batch=True)

    yield work
    signal.signal(signal.SIGTERM, before)


def try_in_vain() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        chores.nap.enqueue("trace", 0)
        raise ZeroDivisionError


def jobs(queue: client.Redis) -> list[Any]:
    """What lies on the server, as anybody who may read it sees it."""
    rows = [queue.hget(key, "data") for key in queue.scan_iter("rq:job:*")]
    return [json.loads(zlib.decompress(row)) for row in rows if isinstance(row, bytes)]


@pytest.mark.django_db
def test_a_task_is_there_once_its_rows_are(queue: client.Redis, commits: Commits) -> None:
    with commits(execute=True):
        chores.nap.enqueue("trace", 0)
        assert jobs(queue) == []

    assert len(jobs(queue)) == 1


@pytest.mark.django_db
def test_a_task_whose_rows_are_taken_back_is_never_there(
    queue: client.Redis, commits: Commits
) -> None:
    with commits(execute=True):
        try_in_vain()

    assert jobs(queue) == []


@pytest.mark.django_db
def test_nothing_is_pickled(queue: client.Redis, commits: Commits) -> None:
    with commits(execute=True):
        chores.nap.enqueue("trace", seconds=0)

    assert jobs(queue) == [["tests.live.chores.nap", None, ["trace"], {"seconds": 0}]]


def test_what_wagtail_puts_into_the_queue_is_done(
    queue: client.Redis,
    work: Callable[[], None],
    home: HomePage,
    commits: Commits,
) -> None:
    with commits(execute=True):
        photo = factories.SiteImageFactory()
        home.photo = photo
        home.save_revision().publish()
    assert not ReferenceIndex.get_references_to(photo).exists()

    work()

    assert ReferenceIndex.get_references_to(photo).exists()

    file = Path(photo.file.path)
    with commits(execute=True):
        photo.delete()
    assert file.exists()
    work()
    assert not file.exists()


def test_a_page_is_saved_while_the_server_is_away(
    queue: client.Redis,
    home: HomePage,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    commits: Commits,
) -> None:
    away = {"URL": "redis://:geheim@127.0.0.1:1/0"}
    settings.RQ_QUEUES = {name: {**row, **away} for name, row in settings.RQ_QUEUES.items()}

    with commits(execute=True):
        home.title = "Neu"
        home.save()

    home.refresh_from_db()
    assert home.title == "Neu"
    assert "The queue is out of reach for update_reference_index_task" in caplog.text
    assert "geheim" not in caplog.text


@pytest.mark.django_db
def test_a_task_that_is_to_wait_waits(
    queue: client.Redis, work: Callable[[], None], commits: Commits, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    later = timezone.now() + timedelta(minutes=1)
    with commits(execute=True):
        chores.nap.using(run_after=later).enqueue(str(trace), 0)
        chores.nap.using(run_after=timezone.now()).enqueue(str(trace), 0)

    work()

    assert trace.read_text().split() == ["began", "done"]


@pytest.mark.django_db
def test_a_task_that_fails_is_kept_two_weeks_and_can_be_looked_at(
    queue: client.Redis, work: Callable[[], None], commits: Commits, tmp_path: Path
) -> None:
    with commits(execute=True):
        chores.nap.enqueue(str(tmp_path / "no" / "such" / "folder"), 0)
    work()

    (key,) = queue.scan_iter("rq:job:*")
    result = task_backends["default"].get_result(key.decode().rpartition(":")[2])

    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class_path.endswith("FileNotFoundError")
    assert timedelta(days=13).total_seconds() < queue.ttl(key) <= timedelta(days=14).total_seconds()
