"""Do what was put into the queue, wherever the queue lies."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.db.utils import DatabaseError, InterfaceError
from django_tasks import task_backends
from django_tasks_db.backend import DatabaseBackend

from wissensregion.scheduling.keeping_time import on_time
from wissensregion.settings.stores import LONGEST_TASK
from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Kind
from wissensregion.working.keeper import Keeper
from wissensregion.working.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.management.base import CommandParser

logger = logging.getLogger(__name__)
Loop = tuple["Callable[[Pulse], None]", "Callable[[], None] | None"]


class Command(BaseCommand):
    """One worker. Any number may run, on any number of machines."""

    help = "Do the queue's tasks until it is stopped. SIGTERM lets it finish what it has begun."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", default="", help="names, split by commas; default: all")
        parser.add_argument("--max-tasks", type=int, help="end after so many tasks")
        parser.add_argument("--batch", action="store_true", help="end when nothing is left to do")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between two looks at the database"
        )
        parser.add_argument(
            "--watchdog", type=float, default=30.0,
            help="kill the work after so many seconds without a sign of life; 0: never",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        queues = self.chosen(options["queues"])
        loop = partial(self.work, queues, options)
        if not options["watchdog"]:
            return loop(Pulse(None, longest=LONGEST_TASK))
        keeper = Keeper("worker", loop, silence=options["watchdog"], longest=LONGEST_TASK)
        if code := keeper.run():
            sys.exit(code)
        return None

    def chosen(self, names: str) -> list[str]:
        """The queues to serve, the first of them first where the backend knows an order."""
        existing = settings.TASKS["default"]["QUEUES"]
        queues = [name.strip() for name in names.split(",") if name.strip()] or existing
        if unknown := [name for name in queues if name not in existing]:
            message = f"There is no queue {unknown[0]!r}, but: {', '.join(existing)}"
            raise CommandError(message)
        return list(queues)

    def work(self, queues: list[str], options: dict[str, Any], pulse: Pulse) -> None:
        loop, ping = self.loop(queues, options)

        def row() -> None:
            if ping:
                ping()
            heartbeats.beat(Kind.WORKER, pid=os.getpid(), queues=queues, busy_with=pulse.busy_with)

        self.stdout.write(f"At work on {', '.join(queues)}")
        self.stdout.flush()
        try:
            # Every worker keeps the timetable too, so that a clock that is down delays no page.
            with pulse.beating(row, heartbeats.BEAT), on_time():
                loop(pulse)
        except (DatabaseError, InterfaceError) as error:
            # Whoever started this starts it again, and then the database may be back.
            logger.error("The worker ends, for it lost its database: %s", type(error).__name__)  # noqa: TRY400
            sys.exit(1)
        finally:
            with suppress(DatabaseError, InterfaceError):
                close_old_connections()
                heartbeats.end(Kind.WORKER)

    def loop(self, queues: list[str], options: dict[str, Any]) -> Loop:
        """What works off the chosen queue, and how it asks whether its server answers."""
        limits = {name: options[name] for name in ("max_tasks", "batch")}
        if isinstance(task_backends["default"], DatabaseBackend):
            from wissensregion.working import database_worker  # noqa: PLC0415

            given = {"queues": queues, "interval": options["interval"], **limits}
            return partial(database_worker.work, **given), None
        if hasattr(settings, "RQ_QUEUES"):
            # Its packages are there only where somebody wants it.
            from wissensregion.working import redis_worker  # noqa: PLC0415

            connection = redis_worker.Connection(queues)
            work = partial(redis_worker.work, connection=connection, **limits)
            return work, connection.demand
        message = "These settings do every task at once (TASKS): there is nothing to work off."
        raise CommandError(message)
