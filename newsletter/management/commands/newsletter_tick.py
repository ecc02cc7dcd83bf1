"""Finds the newsletter's work that is due, also when every task was lost."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from newsletter.sending import actions as sending
from newsletter.subscriptions import actions as subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run it every minute. Running it twice at once, or beside a worker, changes nothing."""

    help = "Confirm sign-ups, forget expired ones and go on with dispatches nobody works on."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, step in _steps() if not _done(step)]
        if failed:
            message = f"Failed: {', '.join(failed)}. The log says why; the next tick tries again."
            raise CommandError(message)


def _steps() -> Iterator[tuple[str, Callable[[], object]]]:
    yield "release_held", subscriptions.release_held
    yield "send_due_confirmations", subscriptions.send_due_confirmations
    yield "send_due_access", subscriptions.send_due_access
    yield "delete_expired_requests", subscriptions.delete_expired_requests
    yield "forget_networks", subscriptions.forget_networks
    yield "delete_old_proof", subscriptions.delete_old_proof
    yield "reap", sending.reap
    yield "begin_scheduled", sending.begin_scheduled
    yield "continue_dispatches", _continue_dispatches


def _continue_dispatches() -> None:
    for dispatch_id in sending.left_alone():
        sending.continue_dispatch(dispatch_id)


def _done(step: Callable[[], object]) -> bool:
    """Run one step; what it breaks is no reason to leave the others undone."""
    try:
        step()
    except Exception:
        logger.exception("A step of the newsletter's tick failed")
        return False
    return True
