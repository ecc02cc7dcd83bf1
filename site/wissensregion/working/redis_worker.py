"""Works off the queue that lies on a Redis or Valkey server."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.db import close_old_connections
from django_rq.queues import get_queues
from django_tasks_rq import Job
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.scheduler import RQScheduler
from rq.worker import DequeueStrategy

from wissensregion.working.redis_backend import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from rq.job import Job as AnyJob
    from rq.queue import Queue as AnyQueue

    from wissensregion.working.pulse import Pulse

WARNING = "WARNING"


class RedisWorker(SimpleWorker):
    """RQ's worker without a process for each task: the keeper already watches this one."""

    pulse: Pulse
    # While the server is away, ask again this often at least.
    max_connection_wait_time = 10.0

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGTERM, self.request_stop)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        # A supervisor may ask the whole group, and the keeper once more.
        if self._shutdown_requested_date is None:
            super().request_stop(signum, frame)

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """Whoever loses patience kills."""

    def execute_job(self, job: AnyJob, queue: AnyQueue) -> None:
        close_old_connections()
        try:
            with self.pulse.during(job.func_name or ""):
                super().execute_job(job, queue)
        finally:
            close_old_connections()


class Connection:
    """What one worker has to do with its server besides working."""

    def __init__(self, names: list[str]) -> None:
        self.queues = get_queues(*names, job_class=Job)
        self.redis = self.queues[0].connection
        self.scheduler = RQScheduler(
            self.queues, self.redis, serializer=self.queues[0].serializer, logging_level=WARNING
        )

    def demand(self) -> None:
        """Raise where the server does not answer: without it a worker must not seem to be there."""
        try:
            self.redis.ping()
        except RedisError as error:
            raise ConnectionError(type(error).__name__) from error

    def wake_scheduled(self) -> None:
        """Put tasks that were to wait into their queue when it is time; one worker of all does."""
        self.scheduler.acquire_locks()
        self.scheduler.enqueue_scheduled_jobs()

    @contextmanager
    def waking(self) -> Iterator[None]:
        """Do so each second until the block ends. The library forks a process for it."""
        end = threading.Event()

        def wake() -> None:
            while not end.wait(1.0):
                # What the working loop says too; and the tick comes by every minute.
                with suppress(RedisError):
                    self.wake_scheduled()

        thread = threading.Thread(target=wake, daemon=True)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join(timeout=2.0)
            with suppress(RedisError):
                self.scheduler.release_locks()


def work(pulse: Pulse, connection: Connection, *, max_tasks: int | None, batch: bool) -> None:
    worker = RedisWorker(
        connection.queues, connection=connection.redis, job_class=Job, queue_class=Queue,
        serializer=connection.queues[0].serializer, log_job_description=False,
    )  # fmt: skip
    worker.pulse = pulse
    # In turns: a dispatch of hours must not keep the search index waiting, nor the other way round.
    with connection.waking():
        worker.work(
            burst=batch, max_jobs=max_tasks, logging_level=WARNING,
            dequeue_strategy=DequeueStrategy.ROUND_ROBIN,
        )  # fmt: skip
