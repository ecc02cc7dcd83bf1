"""What the guest book knows about a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guestbook.models import Entry
from wissensregion.retention.rules import Activity, Basis, Recipient, Rule

MODELS = {"Entry": True}
BOOK = Activity(
    title="The guest book",
    purpose="Showing what visitors wrote.",
    whose="visitors who wrote something",
    basis=Basis.CONSENT,
    because="They wrote it to be read.",
    recipients=(Recipient.HOST, Recipient.PUBLIC),
)
RETENTION = [
    Rule(
        name="guestbook.entries",
        activity=BOOK,
        models=("Entry",),
        data="mail address and text",
        kept=timedelta(days=90),
        since="writing it",
        reason="An exhibition is over by then.",
        expired=lambda before: Entry.objects.filter(written_at__lt=before),
    )
]


def export(address: str) -> dict[str, Any]:
    return {"entries": list(Entry.objects.filter(address=address).values("text", "written_at"))}


def erase(address: str) -> int:
    return Entry.objects.filter(address=address).delete()[0]
