"""Lets this server send from this database, after a move or a restored backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from newsletter.sending import actions, fence

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Changes nothing where server and database know each other."""

    help = "Let this server send newsletters from this database (after a move or a restore)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", required=True, help="Why, for the log: 'site moved'.")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not reason:
            message = _("Say why: --reason 'restored last night's backup'.")
            raise CommandError(message)
        if fence.standing() == fence.Standing.FINE:
            self.stdout.write(_("This server may send from this database already."))
            return
        count = actions.adopt_server(None, reason)
        self.stdout.write(
            _(
                "From now on this server sends. %(count)s mails are unknown: they may have been "
                "handed over before the backup was restored. What is held has to be released "
                "in the CMS."
            )
            % {"count": count}
        )
