"""Changes the key that signs the newsletter's links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsletter.management.commands.rotate_pepper import with_new

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """The printed line goes into the environment; the next start signs with the new key."""

    help = "Print a setting with a new key in front. Links signed with the old keys stay good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without", metavar="ID", help="leave out a key that got known: its links end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        keys, leaked = list(settings.NEWSLETTER_TOKEN_KEYS), options["without"]
        if leaked and leaked not in dict(keys):
            message = f"There is no key {leaked}. There are: {', '.join(dict(keys))}."
            raise CommandError(message)
        setting = with_new(keys, without=leaked or "")
        self.stdout.write(f"NEWSLETTER_TOKEN_KEYS={setting}")
