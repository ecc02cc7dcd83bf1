"""Changes the pepper of the address hashes."""

from __future__ import annotations

import secrets
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from newsletter.subscriptions import actions

if TYPE_CHECKING:
    from argparse import ArgumentParser

SECRET_BYTES = 32


class Command(BaseCommand):
    """First ``--new``, then the printed line into the environment, then without it."""

    help = "Make the hashes of known addresses anew with the newest pepper. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new", action="store_true", help="print a setting with a new pepper; change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            self.stdout.write(f"NEWSLETTER_PEPPER={with_new(settings.NEWSLETTER_PEPPERS)}")
            return
        counts = actions.rekey_everybody()
        told = ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing to do"
        self.stdout.write(f"Made anew: {told}.")
        for name, count in actions.left_behind().items():
            advice = "keep it" if count else "it can be taken out"
            self.stdout.write(f"Pepper {name}: {count} rows still need it; {advice}.")


def with_new(entries: list[tuple[str, str]], *, without: str = "") -> str:
    """Return a setting of several secrets with a new one in front, and perhaps without one."""
    kept = [f"{name}:{secret}" for name, secret in entries if name != without]
    return ",".join([f"{_unused(dict(entries))}:{secrets.token_hex(SECRET_BYTES)}", *kept])


def _unused(names: dict[str, str]) -> str:
    """Return today as a name; with a letter where the day has one already."""
    today = f"{timezone.localdate():%Y%m%d}"
    possible = (today, *(f"{today}{letter}" for letter in ascii_lowercase))
    return next(name for name in possible if name not in names)
