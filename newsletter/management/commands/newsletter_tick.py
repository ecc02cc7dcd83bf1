"""Finds the newsletter's work that is due, also when every task was lost."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from newsletter.feedback import chores as feedback
from newsletter.people import importing
from newsletter.people import tasks as importing_tasks
from newsletter.sending import actions as sending
from newsletter.sending import mailbox, tasks
from newsletter.subscriptions import actions as subscriptions
from wissensregion.expiring import taking_down
from wissensregion.expiring import tasks as expiring
from wissensregion.retention import running as retention
from wissensregion.working import heartbeats, journal, leftovers

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)
# The next tick goes on; and whoever waits for this one to stop need not wait for every dispatch.
LONGEST = 120.0


class Command(BaseCommand):
    """Run it every minute. Running it twice at once, or beside a worker, changes nothing."""

    help = "Confirm sign-ups, go on with dispatches nobody works on, delete what is past its time."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, step in STEPS.items() if not _done(step)]
        if failed:
            message = f"Failed: {', '.join(failed)}. The log says why; the next tick tries again."
            raise CommandError(message)


def _continue_dispatches() -> None:
    """Wake whoever serves the queue; where nobody does, do a slice of each dispatch here."""
    served = heartbeats.is_served(tasks.continue_dispatch.queue_name)
    until = monotonic() + LONGEST
    for dispatch_id in sending.left_alone():
        if served:
            tasks.wake(dispatch_id)
        elif monotonic() < until:
            sending.continue_dispatch(dispatch_id)


def _continue_imports() -> None:
    """The same for imports whose worker died or whose wake-up was lost."""
    served = heartbeats.is_served(importing_tasks.go_on.queue_name)
    for import_id in importing.left_alone():
        if served:
            importing_tasks.wake(import_id)
        else:
            importing.go_on(import_id)


def _miss_workers() -> None:
    for silent in heartbeats.missing():
        logger.warning(
            "The %s has been silent since %s and has not come back.",
            silent,
            silent.beat_at.isoformat(timespec="seconds"),
        )


# One after the other, each on its own: what one breaks is no reason to leave the others undone.
STEPS: dict[str, Callable[[], object]] = {
    "beat": lambda: heartbeats.beat(heartbeats.Kind.TICK),
    "release_held": subscriptions.release_held,
    "send_due_confirmations": subscriptions.send_due_confirmations,
    "send_due_access": subscriptions.send_due_access,
    "reap": sending.reap,
    "begin_scheduled": sending.begin_scheduled,
    "read_probes": mailbox.read_probes,
    **feedback.STEPS,
    "continue_dispatches": _continue_dispatches,
    "continue_imports": _continue_imports,
    "miss_workers": _miss_workers,
    "fail_lost_tasks": leftovers.fail_lost,
    "take_down_pictures": taking_down.take_down,
    "send_weekly_mails": expiring.send_due,
    "end_what_is_past_its_time": retention.run_due,
    # Last, because the steps before delete.
    "empty_journal": journal.empty,
}


def _done(step: Callable[[], object]) -> bool:
    """Run one step and say whether it went well."""
    try:
        step()
    except Exception:
        logger.exception("A step of the newsletter's tick failed")
        return False
    return True
