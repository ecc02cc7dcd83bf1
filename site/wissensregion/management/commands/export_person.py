"""Hands over everything the site knows about the owner of one address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from wissensregion import persons

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Writes everything the site knows about the owner of an address, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")
        parser.add_argument("--output", type=Path, help="a new file, readable by its owner alone")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            address = persons.checked(options["address"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        content = {"exported_at": timezone.now(), "known": persons.export(address)}
        text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if options["output"]:
            self._keep(options["output"], text)
        else:
            self.stdout.write(text)

    def _keep(self, path: Path, text: str) -> None:
        try:
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(text + "\n")
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}. Name a new file."
            raise CommandError(message) from error
        self.stdout.write(f"Written to {path}.")
