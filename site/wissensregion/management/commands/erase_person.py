"""Erases the owner of one address everywhere, except what the law makes us keep."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from wissensregion import persons

if TYPE_CHECKING:
    from argparse import ArgumentParser

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Erases what the site knows about the owner of an address. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            address = persons.checked(options["address"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not (options["yes"] or self._confirmed()):
            message = "Nothing was erased. Answer “erase”, or call with --yes."
            raise CommandError(message)
        counts = persons.erase(address)
        # Who it was stands nowhere from now on.
        logger.info("A person was erased", extra={"counts": counts})
        for label, parts in counts.items():
            told = ", ".join(f"{name} {count}" for name, count in parts.items()) or "nothing"
            self.stdout.write(f"{label}: {told}")
        if counts[persons.SITE]["accounts kept"]:
            self.stdout.write("The account stays; end it in the CMS under Settings, Users.")

    def _confirmed(self) -> bool:
        self.stdout.write("This cannot be taken back; export_person shows what it is about.")
        try:
            return input("Type “erase” to go on: ").strip().lower() == "erase"
        except EOFError:
            return False
