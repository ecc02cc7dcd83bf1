"""Work that waits for no visitor, and what is done where nobody works off the queue."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from wissensregion.renditions import making
from wissensregion.working import heartbeats

# A picture takes less than a second; other tasks want their turn as well.
ROUND = 20.0


@task()
def make_renditions(image_id: int) -> None:
    """Make the renditions of a picture. A lost task only costs time: the clock looks, too."""
    making.make(image_id)


def wake(image_id: int) -> None:
    # Robust: a queue that is down must not refuse a picture.
    transaction.on_commit(lambda: make_renditions.enqueue(image_id), robust=True)


@task()
def make_lacking() -> None:
    """Make what is lacking, whichever pictures that are by now; go on while it helps."""
    if making.make_lacking(seconds=ROUND):
        wake_for_lacking()


def wake_for_lacking() -> None:
    """Have made what is lacking: one task, however many pictures that are."""
    if making.lacking().exists():
        transaction.on_commit(make_lacking.enqueue, robust=True)


def make_due() -> None:
    """Have made what lost tasks, faults that are over and new versions of the site have left."""
    if heartbeats.is_served(make_lacking.queue_name):
        wake_for_lacking()
    else:
        making.make_lacking(seconds=ROUND)
