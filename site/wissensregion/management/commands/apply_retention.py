"""Ends what is past its time now, or says what that would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from wissensregion.retention import running
from wissensregion.retention.rules import enforced

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """The clock does this by itself, each rule when it is due. Safe to repeat."""

    help = "Deletes what is past its time, by every rule or by some. --dry-run only counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rules", nargs="*", help="names of rules; none: all of them")
        parser.add_argument("--dry-run", action="store_true", help="count, and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        table = {rule.name: rule for rule in enforced()}
        if unknown := [name for name in options["rules"] if name not in table]:
            message = f"No rule is called {', '.join(unknown)}. There are: {', '.join(table)}."
            raise CommandError(message)
        for name in options["rules"] or table:
            rule = table[name]
            if options["dry_run"]:
                count, done = running.overdue(rule), "to go"
            else:
                count, done = running.apply(rule, seconds=float("inf")), "gone"
            with override("en"):
                self.stdout.write(f"{name}: {count} {done} ({rule.how_long})")
