"""Wakes the reading of the inbox; what waits there stands in its own table."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from newsletter.feedback import actions


@task(queue_name="webhooks")
def apply_feedback() -> None:
    """Apply a slice of what waits, and ask for the next. A lost wake-up only costs time."""
    if actions.apply_waiting():
        wake()


def wake() -> None:
    # Robust: a queue that is down delays reports until the next tick and loses none.
    transaction.on_commit(apply_feedback.enqueue, robust=True)
