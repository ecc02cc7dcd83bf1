"""Work that waits for no visitor."""

from __future__ import annotations

from django_tasks import task

from newsletter.subscriptions import actions


@task(queue_name="confirmations")
def send_confirmation(request_id: int) -> None:
    """Answer one sign-up by mail."""
    actions.send_confirmation(request_id)
