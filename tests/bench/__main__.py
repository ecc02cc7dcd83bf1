"""Runs every bench and prints its ratios: ``python -m tests.bench [name …]``.

A bench is a module here with ``measure() -> Iterator[Ratio]``. It compares the product with a
limit measured in the same run, so the figures say the same on a slow machine.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from wissensregion import tidying

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.ratio import Ratio

NO_BENCH = {
    "__main__", "asking", "audience", "bare", "django_cache", "load", "production", "ratio",
    "stock", "stories", "taking", "words",
}  # fmt: skip


def main(wanted: Iterable[str]) -> int:
    names = [module.name for module in iter_modules([str(Path(__file__).parent)])]
    chosen = [name for name in names if name not in NO_BENCH and (not wanted or name in wanted)]
    with TemporaryDirectory() as folder:
        start_django(Path(folder))
        prepare()
        too_slow = [ratio for name in chosen for ratio in _measured(name) if not ratio.kept]
    return 1 if too_slow else 0


def _measured(name: str) -> list[Ratio]:
    found = []
    for ratio in import_module(f"tests.bench.{name}").measure():
        sys.stdout.write(f"{name:<10} {ratio}\n")
        sys.stdout.flush()
        found.append(ratio)
    return found


def start_django(folder: Path) -> None:
    """Begin with the settings of the tests and a database file in a folder."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "wissensregion.settings.test"
    os.environ["NEWSLETTER_STATE_DIR"] = str(folder)
    # A bench that compares databases starts itself again with another.
    file = f"sqlite:///{folder / 'bench.sqlite3'}"
    os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or file
    sys.path[:0] = ["site"]
    import django  # noqa: PLC0415 - the settings must be named before

    tidying.seldom()
    django.setup()


def prepare() -> None:
    """Make the tables."""
    from django.core.management import call_command  # noqa: PLC0415 - Django must stand before

    sys.stdout.write("Preparing a database …\n")
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
