"""The latest contributions to the campaign, for whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partners.models import ContributionPage
from wissensregion.models import public

if TYPE_CHECKING:
    from wissensregion.plugin import Teaser


def latest(locale: str, limit: int) -> list[Teaser]:
    pages = public(ContributionPage.objects.live()).filter(locale__language_code=locale)
    pages = pages.select_related("photo", "locale").order_by("-first_published_at", "-pk")
    return [page.as_teaser() for page in pages[:limit]]
