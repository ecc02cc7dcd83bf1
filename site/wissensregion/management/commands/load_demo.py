"""Load the demonstration content."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import BaseCommand

from wissensregion.demo import content


class Command(BaseCommand):
    """Load the demonstration; a second run leaves everything as its editors want it."""

    help = "Load demonstration content in German and English. Safe to repeat."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # Wagtail reports every step of every page.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        new = content.load(self.say)
        self.say(f"  {new} items are new." if new else "  Everything was there already.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
