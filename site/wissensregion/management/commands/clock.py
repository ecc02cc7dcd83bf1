"""Do what is due, again and again."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import close_old_connections

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

logger = logging.getLogger(__name__)
# Each is safe to run at any time and twice; what no running plugin brings is left out.
DUE = ("publish_scheduled", "newsletter_tick")


class Command(BaseCommand):
    """Publish, expire and send on time."""

    help = "Run publish_scheduled and newsletter_tick once a minute, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=60, help="seconds between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then the end")

    def handle(self, *_args: Any, **options: Any) -> None:
        end = threading.Event()
        if not options["once"]:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: end.set())
        known = get_commands()
        names = [name for name in DUE if name in known]
        self.stdout.write(f"Every {options['interval']:g} s: {', '.join(names)}")
        while True:
            for name in names:
                self.run(name)
            if options["once"] or end.wait(options["interval"]):
                return

    def run(self, name: str) -> None:
        close_old_connections()
        try:
            call_command(name)
        except Exception:  # One round that fails must not end the clock; the next may succeed.
            logger.exception("%s failed", name)
