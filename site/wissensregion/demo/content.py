"""Loads the demonstration: pages, pictures, accounts and readers, each once."""

from __future__ import annotations

from importlib import import_module
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps

from wissensregion.demo import accounts, reviewing
from wissensregion.demo.pictures import Pictures
from wissensregion.renditions import making
from wissensregion.seeding import foundation, items, offices
from wissensregion.seeding.seeder import Seeder

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "content"
SITE = "Wissensregion Düsseldorf"
STRIDE = 10


def load(say: Callable[[str], None]) -> int:
    """Load what was never loaded here; return how many items that were."""
    seeder = Seeder(picture=Pictures())
    new = foundation.lay(seeder, SITE, instead=items.read(FOLDER / "foundation"))
    content = list(items.read(FOLDER))
    for number, item in enumerate(content, start=1):
        new += seeder.load([item])
        if new and number % STRIDE == 0:
            say(f"  {number} of {len(content)} pages and records")
    # Here and not by the worker: an issue that was sent must have its pictures.
    if made := making.make_lacking(seconds=inf):
        say(f"  {made} pictures in every size")
    offices.give_rights()
    offices.name_workflow()
    people = accounts.make()
    if new:
        reviewing.make()
    # Each of these two speaks of a plugin's models, so it may only be imported where it runs.
    if apps.is_installed("partners"):
        import_module("wissensregion.demo.memberships").make(people)
    if apps.is_installed("newsletter") and (readers := load_readers()):
        say(f"  {readers} readers")
    return len(new)


def load_readers() -> int:
    return int(import_module("wissensregion.demo.readers").load())
