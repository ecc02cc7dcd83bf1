"""Who gets an issue, and in which edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from newsletter.sending.models import Delivery, DeliveryState, Dispatch, DispatchState
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from newsletter.composing.models import Edition, IssuePage
    from newsletter.subscriptions.models import SubscriptionQuerySet

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Share:
    """How many readers of one locale get which edition."""

    locale: str
    edition: str
    count: int

    @property
    def translated(self) -> bool:
        return self.locale == self.edition

    @property
    def name(self) -> str:
        return language(self.locale)

    @property
    def edition_name(self) -> str:
        return language(self.edition)


def language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


def audience(newsletter_id: int, issue_key: UUID) -> SubscriptionQuerySet:
    """The deliverable subscriptions that this issue has not reached by an earlier dispatch."""
    reached = Delivery.objects.filter(
        issue_key=issue_key, address_key=models.OuterRef("subscriber__address_key")
    ).exclude(state=DeliveryState.SKIPPED)
    return (
        Subscription.objects.filter(newsletter=newsletter_id)
        .deliverable()
        .exclude(models.Exists(reached))
    )


def shares(issue: IssuePage, locales: Iterable[str]) -> list[Share]:
    """How many would get which edition if the issue were sent now."""
    found = list(locales)
    counts = (
        audience(issue.newsletter_id, issue.translation_key)
        .values_list("subscriber__locale")
        .annotate(models.Count("pk"))
        .order_by("subscriber__locale")
    )
    return [Share(locale, chosen(locale, found), count) for locale, count in counts]


def chosen(locale: str, locales: Iterable[str]) -> str:
    """Which of the editions a reader of this locale gets: their own, else the first language's."""
    found = list(locales)
    if locale in found:
        return locale
    return settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in found else next(iter(found), "")


def freeze_chunk(dispatch_id: int, size: int = CHUNK) -> bool:
    """Plan the next deliveries; say whether more may be left.

    The rows and the cursor are one commit: killed before it, the same chunk is planned again;
    killed after it, the next one follows.
    """
    with transaction.atomic():
        dispatch = Dispatch.objects.select_for_update().get(pk=dispatch_id)
        if dispatch.state != DispatchState.PREPARING:
            return False
        subscriptions = list(
            audience(dispatch.newsletter_id, dispatch.issue_key)
            .filter(pk__gt=dispatch.cursor)
            .select_related("subscriber")
            .order_by("pk")[:size]
        )
        if not subscriptions:
            dispatch.state, dispatch.started_at = DispatchState.SENDING, timezone.now()
            dispatch.save(update_fields=["state", "started_at"])
            return False
        editions = {edition.locale: edition for edition in dispatch.editions.defer("html", "text")}
        Delivery.objects.bulk_create(
            _planned(dispatch, subscription, editions) for subscription in subscriptions
        )
        dispatch.cursor = subscriptions[-1].pk
        dispatch.save(update_fields=["cursor"])
    return True


def _planned(
    dispatch: Dispatch, subscription: Subscription, editions: dict[str, Edition]
) -> Delivery:
    subscriber = subscription.subscriber
    return Delivery(
        dispatch=dispatch,
        edition=editions[chosen(subscriber.locale, editions)],
        subscription=subscription,
        issue_key=dispatch.issue_key,
        address=_mailable(subscriber.address),
        address_key=subscriber.address_key,
    )


def _mailable(address: str) -> str:
    # What is no address any more stops nobody else: the mail backend will refuse it by name.
    try:
        return addresses.mailable(address)
    except addresses.AddressError:
        return address
