"""What dead workers and days gone by leave behind in the queue's table."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

# Much longer than any task takes.
LOST = timedelta(hours=24)


class LostTaskError(Exception):
    """The worker that had begun this task is gone; whether it did it, the task cannot say."""


def fail_lost() -> int:
    """Call failed what stands as running for ever because its worker died.

    Nothing is repeated: what is due stands in the tables of those whose work it is.
    """
    now = timezone.now()
    return (
        DBTaskResult.objects.running()
        .filter(started_at__lt=now - LOST)
        .update(
            status=TaskResultStatus.FAILED,
            finished_at=now,
            exception_class_path=f"{LostTaskError.__module__}.{LostTaskError.__qualname__}",
        )
    )
