"""Work that waits for no visitor, and what is done where nobody works off the queue."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from wissensregion.renditions import making
from wissensregion.working import heartbeats

# A picture takes less than a second; the next round of the clock goes on.
ROUND = 20.0


@task()
def make_renditions(image_id: int) -> None:
    """Make the renditions of a picture. A lost task only costs time: the clock looks, too."""
    making.make(image_id)


def wake(image_id: int) -> None:
    # Robust: a queue that is down must not refuse a picture.
    transaction.on_commit(lambda: make_renditions.enqueue(image_id), robust=True)


def make_due() -> None:
    """Have made what lost tasks, faults that are over and new versions of the site have left."""
    if not heartbeats.is_served(make_renditions.queue_name):
        making.make_lacking(seconds=ROUND)
        return
    for number in making.lacking().values_list("pk", flat=True)[: making.SLICE]:
        wake(number)
