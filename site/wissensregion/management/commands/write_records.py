"""Writes the form of the record of processing into the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wissensregion.retention import records
from wissensregion.retention.facts import PrivacyFacts

if TYPE_CHECKING:
    from argparse import ArgumentParser

FORM = Path(settings.BASE_DIR) / "docs" / "records-of-processing.md"


class Command(BaseCommand):
    help = "Writes docs/records-of-processing.md, or prints the record of this installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether it is current")
        parser.add_argument(
            "--installation", action="store_true", help="print the record with the site's facts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["installation"]:
            self.stdout.write(records.as_markdown(PrivacyFacts.current()))
            return
        form = records.as_form()
        if not options["check"]:
            FORM.write_text(form)
        elif not FORM.is_file() or FORM.read_text() != form:
            message = f"{FORM.name} is not what the table says. Run: manage.py write_records"
            raise CommandError(message)
