"""How often Python looks for objects that only hold each other."""

from __future__ import annotations

import gc

# After so many new ones, instead of some hundreds. What the packages bring stays for good, copies
# of a mail go by themselves, and an answer leaves a hundred of them behind: to look at everything
# again and again takes a sixth of the time to start, and a fifth of the time of sending.
NEW_OBJECTS = 50_000


def seldom() -> None:
    """Let this process look seldom."""
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
