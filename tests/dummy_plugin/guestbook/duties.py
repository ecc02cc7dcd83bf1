"""What the guestbook has for “This week”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guestbook.models import Entry
from wissensregion.plugin import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator


def due(user: Any) -> Iterator[Duty]:
    if count := Entry.objects.count():
        yield Duty("Read what guests have written", "/guestbook/", count=count)
