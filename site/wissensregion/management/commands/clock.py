"""Do what is due, again and again."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from wissensregion.cards import making as cards
from wissensregion.expiring import taking_down
from wissensregion.expiring import tasks as expiring
from wissensregion.renditions import tasks as renditions
from wissensregion.retention import running as retention
from wissensregion.scheduling.keeping_time import on_time
from wissensregion.scheduling.timetable import Timetable
from wissensregion.settings.stores import LONGEST_TASK
from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Kind
from wissensregion.working.keeper import Keeper
from wissensregion.working.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.management.base import CommandParser

logger = logging.getLogger(__name__)
# Each is safe to run at any time and twice; what no running plugin brings is left out.
DUE = ("newsletter_tick",)
# Seconds of each round for what tasks have left undone.
CARDS = 5.0


class Command(BaseCommand):
    """Publish, expire and send on time."""

    help = "Publish and expire on the second, and run once a minute: " + ", ".join(DUE) + "."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=60, help="seconds between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then the end")
        parser.add_argument(
            "--watchdog", type=float, default=30.0,
            help="kill the work after so many seconds without a sign of life; 0: never",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        known = get_commands()
        names = [name for name in DUE if name in known]
        self.stdout.write(f"Every {options['interval']:g} s: {', '.join([*names, 'retention'])}")
        self.stdout.flush()
        unwatched = Pulse(None, longest=LONGEST_TASK)
        if options["once"]:
            self.run("The timetable", Timetable().catch_up)
            return self.round(names, unwatched)
        rounds = partial(self.rounds, names, options["interval"])
        if not options["watchdog"]:
            return rounds(unwatched)
        keeper = Keeper("clock", rounds, silence=options["watchdog"], longest=LONGEST_TASK)
        if code := keeper.run():
            sys.exit(code)
        return None

    def rounds(self, names: list[str], interval: float, pulse: Pulse) -> None:
        end = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: end.set())
        with pulse.beating(), on_time():
            while True:
                self.round(names, pulse)
                # Rights end at midnight, and what was kept of a page must not outlive them.
                if end.wait(min(interval, taking_down.seconds_to_next_day())):
                    return

    def round(self, names: list[str], pulse: Pulse) -> None:
        for name in names:
            with pulse.during(name):
                self.run(name, partial(call_command, name))
        with pulse.during("renditions"):
            self.run("The making of renditions", renditions.make_due)
        # Also where no newsletter runs, whose tick does it too: each rule is due once.
        with pulse.during("retention"):
            self.run("Retention", retention.run_due)
        with pulse.during("taking down"):
            self.run("Taking down pictures", taking_down.take_down)
        with pulse.during("cards"):
            self.run("Cards to share", partial(cards.settle_lacking, seconds=CARDS))
        with pulse.during("weekly mails"):
            self.run("Weekly mails", expiring.send_due)
        self.run("The clock's heartbeat", partial(heartbeats.beat, Kind.TICK))

    def run(self, name: str, due: Callable[[], object]) -> None:
        close_old_connections()
        try:
            due()
        except Exception:  # One round that fails must not end the clock; the next may succeed.
            logger.exception("%s failed", name)
