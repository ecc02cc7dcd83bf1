"""Wakes the engine; what is due and what is done stands in its own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django_tasks import task

from newsletter.sending import actions

if TYPE_CHECKING:
    from datetime import datetime


@task(queue_name="bulk")
def continue_dispatch(dispatch_id: int) -> None:
    """Do one slice, and ask for the next if there is more. A lost wake-up only costs time."""
    if actions.continue_dispatch(dispatch_id):
        wake(dispatch_id)
    elif at := actions.next_due(dispatch_id):
        wake(dispatch_id, at=at)


def wake(dispatch_id: int, *, at: datetime | None = None) -> None:
    """Ask a worker to go on with a dispatch, now or later."""
    order = continue_dispatch
    if at:
        if not order.get_backend().supports_defer:
            return  # The tick comes by every minute.
        order = order.using(run_after=at)
    # Robust: a queue that is down delays a dispatch until the next tick and breaks nothing.
    # A function of ours, because Django cannot name a partial when it reports what went wrong.
    transaction.on_commit(lambda: order.enqueue(dispatch_id), robust=True)
