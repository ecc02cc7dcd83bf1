"""What a subscriber changes on the page of preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from newsletter.subscriptions.actions.leaving import unsubscribe
from newsletter.subscriptions.actions.signing_up import subscribe
from newsletter.subscriptions.models import Subscriber

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from newsletter.subscriptions.models import Newsletter

SOURCE = "preferences"


@transaction.atomic
def choose(subscriber: Subscriber, *, locale: str, newsletters: Collection[Newsletter]) -> bool:
    """Set the language and the newsletters; say whether a mail asks to confirm new ones.

    Leaving acts at once. A newsletter chosen in addition waits for a confirmation mail like
    any sign-up, so that its proof is like any other.
    """
    Subscriber.objects.filter(pk=subscriber.pk).update(locale=locale)
    subscriber.locale = locale
    running = {each.newsletter_id: each for each in subscriber.subscriptions.confirmed()}
    kept = {newsletter.pk for newsletter in newsletters}
    for newsletter_id, subscription in running.items():
        if newsletter_id not in kept:
            unsubscribe(subscription, source=SOURCE)
    added = [newsletter for newsletter in newsletters if newsletter.pk not in running]
    if added:
        subscribe(address=subscriber.address, newsletters=added, locale=locale, source=SOURCE)
    return bool(added)


def pause(subscriber: Subscriber, until: date | None) -> None:
    """Leave a person alone until a day, or no longer. Safe to repeat."""
    subscriber.subscriptions.confirmed().update(paused_until=until)
