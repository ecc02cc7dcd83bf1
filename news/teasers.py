"""The latest stories, for whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from news.models import NewsPage
from wissensregion.models import public

if TYPE_CHECKING:
    from wissensregion.plugin import Teaser


def latest(locale: str, limit: int) -> list[Teaser]:
    stories = public(NewsPage.objects.live().filter(locale__language_code=locale))
    stories = stories.select_related("topic", "photo", "locale").defer("body")
    stories = stories.order_by("-date", "-pk")
    return [story.as_teaser() for story in stories[:limit]]
