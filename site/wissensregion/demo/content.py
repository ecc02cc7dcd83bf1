"""Loads the demonstration: pages, pictures, logins and subscribers, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wissensregion.demo import accounts
from wissensregion.demo.pictures import Pictures
from wissensregion.seeding import foundation, items, offices
from wissensregion.seeding.seeder import Seeder

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "content"
SITE = "Wissensregion Düsseldorf"


def load(say: Callable[[str], None]) -> int:
    """Load what was never loaded here; return how many items that were."""
    seeder = Seeder(picture=Pictures())
    new = foundation.lay(seeder, SITE, instead=items.read(FOLDER / "foundation"))
    offices.give_rights()
    say(f"  {len(new)} first pages")
    content = list(items.read(FOLDER))
    for number, item in enumerate(content, start=1):
        new += seeder.load([item])
        if number % 10 == 0 and new:
            say(f"  {number} of {len(content)}")
    accounts.make()
    return len(new)
