"""How often Python looks for objects that only hold each other."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# After so many new ones instead of 700. What is made for a copy goes by itself, and to look at
# it all again and again takes a fifth of the time of sending.
NEW_OBJECTS = 50_000


@contextmanager
def seldom() -> Iterator[None]:
    """Let it look seldom within."""
    often, *others = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *others)
    try:
        yield
    finally:
        gc.set_threshold(often, *others)
