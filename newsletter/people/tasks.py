"""Wakes the import; what is due and what is done stands in its own rows."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django_tasks import task

from newsletter.people import importing


@task(queue_name="bulk")
def go_on(import_id: int) -> None:
    """Work for some seconds, and ask for more if there is more. A lost wake-up only costs time."""
    if importing.go_on(import_id):
        wake(import_id)


def wake(import_id: int) -> None:
    # Robust: a queue that is down delays an import until the next tick and breaks nothing.
    transaction.on_commit(partial(go_on.enqueue, import_id), robust=True)
