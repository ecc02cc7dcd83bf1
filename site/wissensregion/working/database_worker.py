"""Works off the queue that lies in the site's own database."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from django_tasks.utils import get_random_id
from django_tasks_db.management.commands.db_worker import Worker

if TYPE_CHECKING:
    from types import FrameType

    from wissensregion.working.pulse import Pulse


class DatabaseWorker(Worker):
    """Django-tasks' worker that says what it does and never leaves a task it has taken."""

    def __init__(self, pulse: Pulse, **options: Any) -> None:
        super().__init__(**options)
        self.pulse = pulse

    def configure_signals(self) -> None:
        signal.signal(signal.SIGTERM, self.shutdown)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        # Theirs exits at once where no task runs, also in the moment between taking one and
        # beginning it. Here the loop ends, at the latest after one interval.
        self.running = False

    def run_task(self, db_task_result: Any) -> None:
        with self.pulse.during(db_task_result.task_path):
            super().run_task(db_task_result)


def work(
    pulse: Pulse, *, queues: list[str], interval: float, max_tasks: int | None, batch: bool
) -> None:
    worker = DatabaseWorker(
        pulse, queue_names=queues, excluded_queue_names=[], interval=interval, batch=batch,
        backend_name="default", startup_delay=False, max_tasks=max_tasks,
        worker_id=get_random_id(),
    )  # fmt: skip
    worker.configure_signals()
    worker.run()
