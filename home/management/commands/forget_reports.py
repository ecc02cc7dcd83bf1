"""Delete reports of barriers whose time is over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from home import actions


class Command(BaseCommand):
    """Delete what was answered long ago."""

    help = "Delete reports about accessibility a year after their answer. Safe to run at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if gone := actions.forget_reports(timezone.now()):
            self.stdout.write(f"{gone} reports deleted.")
