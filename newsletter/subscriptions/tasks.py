"""Work that waits for no visitor."""

from __future__ import annotations

from django_tasks import task

from newsletter.subscriptions import actions


@task(queue_name="confirmations")
def send_confirmation(request_id: int) -> None:
    """Answer one sign-up by mail."""
    actions.send_confirmation(request_id)


@task(queue_name="confirmations")
def send_access(link_id: int) -> None:
    """Mail a key to its owner's settings."""
    actions.send_access(link_id)


@task(queue_name="confirmations")
def send_move_notice(notice_id: int) -> None:
    """Tell an address that subscriptions have left it."""
    actions.send_move_notice(notice_id)
