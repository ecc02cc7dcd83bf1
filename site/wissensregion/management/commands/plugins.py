"""Lists the plugins: found, running, and what each offers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from wissensregion.plugin import PLATFORM, found, offered_slots, package, plugins

if TYPE_CHECKING:
    from argparse import ArgumentParser

COLUMNS = ("name", "running", "package", "version", "fits", "address", "slots")


class Command(BaseCommand):
    help = "Lists the plugins that are installed, which of them run, and what they offer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = listed()
        if options["json"]:
            self.stdout.write(json.dumps({"platform": PLATFORM, "plugins": rows}, indent=2))
            return
        self.stdout.write(f"Wissensregion {PLATFORM}\n")
        table = [COLUMNS, *(tuple(map(_cell, row.values())) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for line in table:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def listed() -> list[dict[str, Any]]:
    """Describe every plugin. One that does not run is not loaded, so it cannot speak of itself."""
    running = {f"{type(each).__module__}:{type(each).__name__}": each for each in plugins()}
    rows = []
    for name, entry in sorted(found().items()):
        config = running.get(entry.value)
        rows.append(
            {
                "name": name,
                "running": config is not None,
                "package": package(entry),
                "version": entry.dist.version if entry.dist else "",
                "fits": config.platform if config else "",
                "address": f"/{config.url_prefix}" if config and config.url_prefix else "",
                "slots": offered_slots(config) if config else [],
            }
        )
    return rows


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
