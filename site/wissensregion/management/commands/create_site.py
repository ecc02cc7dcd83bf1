"""Give an empty installation its first pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import transaction

from wissensregion.seeding import foundation, offices
from wissensregion.seeding.seeder import Seeder

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Make what an empty installation needs; a second run makes only what is missing."""

    help = "Make the first pages in German and English, the site and its groups. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="Wissensregion", help="the site's name in the CMS")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        new = foundation.lay(Seeder(), options["name"])
        offices.give_rights()
        offices.name_workflow()
        self.stdout.write(f"New: {', '.join(new)}" if new else "Everything was there already.")
        self.stdout.write("Log in as a superuser; manage.py createsuperuser makes one.")
