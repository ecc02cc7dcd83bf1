"""The queue on a Redis or Valkey server, made to behave as the queue in the database does."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import django_rq
from django.conf import settings
from django.db import transaction
from django_rq.queues import DjangoRQ
from django_tasks.base import TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id, normalize_json
from django_tasks_rq import Job, RQBackend
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq.exceptions import NoSuchJobError

if TYPE_CHECKING:
    from django_tasks.base import Task

logger = logging.getLogger(__name__)


class Queue(DjangoRQ):
    """A queue that forgets its failures after a while and is quick to say that it is away."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Once more, for a connection that has grown old; not for as long as an editor waits.
        self.connection.set_retry(Retry(NoBackoff(), 1))

    def create_job(self, *args: Any, **options: Any) -> Any:
        # The server holds everything in memory, and knows no other end of it.
        kept = timedelta(days=settings.TASK_DAYS)
        options.setdefault("failure_ttl", int(kept.total_seconds()))
        return super().create_job(*args, **options)


class RedisBackend(RQBackend):
    """Puts a task into the queue once its rows are there to be found.

    Wagtail enqueues in the middle of a transaction: a worker elsewhere would look for a page that
    is not there yet. And a server that is down costs nobody a saved page, only the wake-up: it is
    logged, and the tick finds what is due. Results are for people to look at: a task that waits
    for its transaction is given another number when it is sent.
    """

    # Taken and without effect: here a queue's turn comes whatever waits in the others.
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        given = normalize_json({"args": args, "kwargs": kwargs})
        enqueue = super().enqueue

        def send() -> None:
            try:
                enqueue(task, given["args"], given["kwargs"])
            except RedisError as error:
                logger.error("The queue is out of reach for %s: %s", task.name, error)  # noqa: TRY400

        transaction.on_commit(send)
        return TaskResult(
            task=task, id=get_random_id(), status=TaskResultStatus.READY, enqueued_at=None,
            started_at=None, last_attempted_at=None, finished_at=None, args=given["args"],
            kwargs=given["kwargs"], backend=self.alias, errors=[], worker_ids=[],
        )  # fmt: skip

    def _get_job(self, result_id: str) -> Job | None:
        # As the library does, which reads every task as a pickled one.
        queue = django_rq.get_queue(next(iter(self.queues)), job_class=Job)
        with suppress(NoSuchJobError):
            found = Job.fetch(result_id, queue.connection, serializer=queue.serializer)
            return cast("Job", found)
        return None
