"""What of the cards waits for no editor."""

from __future__ import annotations

from django_tasks import task

from wissensregion.cards import making


@task()
def settle(page_id: int) -> None:
    """Give a page the card it should have."""
    making.settle(page_id)
