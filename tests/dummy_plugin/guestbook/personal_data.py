"""What the guest book knows about a person."""

from __future__ import annotations

from typing import Any

from guestbook.models import Entry

MODELS = {"Entry": True}


def export(address: str) -> dict[str, Any]:
    return {"entries": list(Entry.objects.filter(address=address).values("text", "written_at"))}


def erase(address: str) -> int:
    return Entry.objects.filter(address=address).delete()[0]
