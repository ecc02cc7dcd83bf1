"""Make the renditions of pictures here and now."""

from __future__ import annotations

from math import inf
from typing import Any

from django.core.management.base import BaseCommand

from wissensregion.models import Readiness
from wissensregion.renditions import making


class Command(BaseCommand):
    """Make what the worker would make; for whoever does not want to wait for it."""

    help = "Make the sizes and formats of all pictures that lack some. Safe to repeat."

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = making.make_lacking(seconds=inf)
        self.stdout.write(f"Pictures made ready: {done}")
        for row in Readiness.objects.faulty():
            self.stderr.write(f"Picture {row.pk} is shown nowhere. {row.explanation}")
