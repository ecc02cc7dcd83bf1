"""Imports a file of addresses from the shell, by the same steps as the CMS."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.people import importing
from newsletter.people.models import Import, ImportState, ProofKind, RowResult
from newsletter.people.tables import TableError
from newsletter.subscriptions.models import Newsletter

if TYPE_CHECKING:
    from argparse import ArgumentParser

GOOD = [RowResult.SUBSCRIBED, RowResult.ASKED]


class Command(BaseCommand):
    help = (
        "Import addresses from CSV or XLSX. Looks through the file first; --dry-run stops there. "
        "--resume and --undo take the number of an import."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--newsletter", help="its slug")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--source", help="where the addresses come from")
        parser.add_argument("--consented-on", help="YYYY-MM-DD", type=date.fromisoformat)
        parser.add_argument("--proof", choices=ProofKind.values)
        parser.add_argument("--address-column", default="")
        parser.add_argument("--language-column", default="")
        parser.add_argument("--date-column", default="")
        parser.add_argument("--errors", type=Path, help="write the rows left out to this CSV file")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--resume", type=int, metavar="NUMBER")
        parser.add_argument("--undo", type=int, metavar="NUMBER")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"]:
            run = self._known(options["undo"])
            if not importing.undo(run):
                message = f"Import {run.pk} is {run.state}: there is nothing to undo."
                raise CommandError(message)
            self._work(run)
            return
        run = self._known(options["resume"]) if options["resume"] else self._checked(options)
        self._work(run)
        run.refresh_from_db()
        if run.state == ImportState.CHECKED and not options["dry_run"]:
            importing.start(run)
            self._work(run)
        self._tell(run, options["errors"])

    def _known(self, number: int) -> Import:
        run = Import.objects.filter(pk=number).first()
        if run is None:
            message = f"There is no import {number}."
            raise CommandError(message)
        return run

    def _checked(self, options: dict[str, Any]) -> Import:
        """Store the file and have it looked through."""
        needed = ("file", "newsletter", "language", "source", "consented_on", "proof")
        if missing := [name for name in needed if not options[name]]:
            message = f"Still needed: {', '.join(missing)}. See --help."
            raise CommandError(message)
        run = self._stored(options)
        try:
            with importing.table_of(run) as table:
                names = table.columns
        except TableError as error:
            importing.discard(run)
            raise CommandError(str(error)) from error
        address = options["address_column"] or (names[0] if len(names) == 1 else "")
        for name in (address, options["language_column"], options["date_column"]):
            if name not in {"", *names} or not address:
                importing.discard(run)
                message = f"Name the columns, e.g. --address-column. There are: {', '.join(names)}."
                raise CommandError(message)
        importing.check(
            run, address=address, locale=options["language_column"], day=options["date_column"]
        )
        return run

    def _stored(self, options: dict[str, Any]) -> Import:
        newsletter = Newsletter.objects.filter(slug=options["newsletter"]).first()
        path: Path = options["file"]
        if newsletter is None or not path.is_file():
            message = f"There is no newsletter {options['newsletter']} or no file {path}."
            raise CommandError(message)
        if options["consented_on"] > timezone.localdate() or "@" in options["source"]:
            message = "The date must not be in the future, nor an address in the source."
            raise CommandError(message)
        if path.stat().st_size > settings.NEWSLETTER_IMPORT_MEGABYTES * 2**20:
            message = "The file is too large. Split it, or raise NEWSLETTER_IMPORT_MEGABYTES."
            raise CommandError(message)
        run = Import(
            file_name=path.name[:200],
            newsletter=newsletter,
            locale=options["language"],
            source=options["source"][:200],
            consented_on=options["consented_on"],
            proof=options["proof"],
        )
        with path.open("rb") as file:
            run.file.save(path.name, File(file))
        return run

    def _work(self, run: Import) -> None:
        while importing.go_on(run.pk):
            run.refresh_from_db()
            self.stdout.write(f"Import {run.pk}: {run.state}, at row {run.cursor}")

    def _tell(self, run: Import, errors: Path | None) -> None:
        run.refresh_from_db()
        self.stdout.write(f"Import {run.pk}: {run.state}. {run.error}".rstrip())
        for result, count in importing.counts(run).items():
            self.stdout.write(f"{count:>8} {RowResult(result).value}")
        if errors:
            with errors.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["row", "result"])
                left_out = run.rows.exclude(result__in=GOOD).order_by("number")
                writer.writerows(left_out.values_list("number", "result").iterator())
        if run.state == ImportState.REFUSED:
            raise CommandError(run.error)
