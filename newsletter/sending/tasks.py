"""Wakes the engine; what is due and what is done stands in its own tables."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django_tasks import task

from newsletter.sending import actions


@task(queue_name="bulk")
def continue_dispatch(dispatch_id: int) -> None:
    """Do one slice, and ask for the next if there is more. A lost wake-up only costs time."""
    if actions.continue_dispatch(dispatch_id):
        wake(dispatch_id)


def wake(dispatch_id: int) -> None:
    # Robust: a queue that is down delays a dispatch until the next tick and breaks nothing.
    transaction.on_commit(partial(continue_dispatch.enqueue, dispatch_id), robust=True)
