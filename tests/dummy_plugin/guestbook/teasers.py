"""The latest entries, for whoever asks."""

from __future__ import annotations

from guestbook.models import Entry
from wissensregion.plugin import Teaser


def latest(locale: str, limit: int) -> list[Teaser]:
    return [
        Teaser(
            title=entry.text,
            summary="Aus dem Gästebuch",
            url="/guestbook/",
            locale=locale,
            published_at=entry.written_at,
        )
        for entry in Entry.objects.order_by("-written_at")[:limit]
    ]
