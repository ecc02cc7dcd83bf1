"""Gives pages their cards in the background, and takes away what is no longer public."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from wagtail.models import Page, Site, get_page_models

from wissensregion.cards.drawing import LOOK, Card, draw
from wissensregion.cards.sharing import ShareCard
from wissensregion.models import public
from wissensregion.plugin import Teasable

if TYPE_CHECKING:
    from collections.abc import Iterator


def settle(number: int) -> None:
    """Give a page the card it should have now, or take away the one it should not have."""
    page = public(Page.objects.live().filter(pk=number)).first()
    announced = page.specific if page and page.specific_class else None
    if announced is None or not isinstance(announced, Teasable):
        for old in ShareCard.objects.filter(page=number):
            old.delete()
        return
    card = _said(announced)
    same = ShareCard.objects.filter(page=number, fingerprint=card.fingerprint)
    if not same.update(look=LOOK, seen_at=timezone.now()):
        _store(number, card, draw(card))


def settle_lacking(*, seconds: float) -> int:
    """See to the pages whose task got lost, until the time is over; return how many there were."""
    until = monotonic() + seconds
    done = 0
    for number in _lacking():
        if monotonic() > until:
            break
        settle(number)
        done += 1
    return done


def _lacking() -> Iterator[int]:
    announced = [model for model in get_page_models() if issubclass(model, Teasable)]
    kinds = ContentType.objects.get_for_models(*announced).values()
    without = public(Page.objects.live().filter(content_type__in=kinds, share_card=None))
    yield from without.order_by("-pk").values_list("pk", flat=True)
    yield from ShareCard.objects.stale().values_list("pk", flat=True)


def _said(page: Teasable) -> Card:
    teaser = page.as_teaser()
    with translation.override(teaser.locale):
        label = str(teaser.label)
    site = Site.objects.filter(is_default_site=True).first()
    return Card(
        headline=teaser.title,
        label=label,
        sender=(site.site_name if site else "") or settings.WAGTAIL_SITE_NAME,
        seed=teaser.artwork,
        accent=teaser.accent,
    )


def _store(number: int, card: Card, picture: bytes) -> None:
    with transaction.atomic():
        # Whoever takes the page down meanwhile waits, and then takes this away as well.
        if not list(Page.objects.select_for_update().filter(pk=number, live=True)):
            return
        old = ShareCard.objects.filter(page=number).first()
        kept = old or ShareCard(page_id=number)
        before = kept.file.name
        kept.fingerprint, kept.look, kept.seen_at = card.fingerprint, LOOK, timezone.now()
        # Another name for another picture: whoever keeps files by their name shows the new one.
        kept.file.save(f"{number}-{card.fingerprint[:12]}.png", ContentFile(picture), save=False)
        kept.save()
        if before:
            transaction.on_commit(partial(kept.file.storage.delete, before))
