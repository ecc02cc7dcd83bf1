"""What follows for its card when a page appears, changes or goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from wissensregion.cards import tasks
from wissensregion.cards.sharing import ShareCard
from wissensregion.plugin import Teasable

if TYPE_CHECKING:
    from wagtail.models import Page


@receiver(page_published)
@receiver(page_unpublished)
def settle_the_card(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if issubclass(sender, Teasable):
        # Robust: a queue that is down costs no editor anything, the clock finds the page.
        transaction.on_commit(lambda: tasks.settle.enqueue(instance.pk), robust=True)


@receiver(post_delete, sender=ShareCard)
def delete_the_file(instance: ShareCard, **kwargs: Any) -> None:
    transaction.on_commit(partial(instance.file.storage.delete, str(instance.file.name)))
