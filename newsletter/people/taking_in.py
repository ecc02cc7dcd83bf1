"""Making subscribers of judged rows, and unmaking them: many at once, inside the caller's slice."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone

from newsletter.people.models import RowResult
from newsletter.subscriptions import actions
from newsletter.subscriptions.actions.recording import Step, record_many
from newsletter.subscriptions.models import (
    Consent,
    ConsentKind,
    SignupRequest,
    Subscriber,
    Subscription,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.people.judging import Judged
    from newsletter.people.models import Import, ImportRow


def take_in(run: Import, rows: list[Judged]) -> list[Judged]:
    """Do what was judged, and note in each row what it has made."""
    actions.adopt_many({key: row.key for row in rows for key in row.former})
    _subscribe(run, [row for row in rows if row.result == RowResult.SUBSCRIBED])
    for row in rows:
        if row.result == RowResult.ASKED:
            request = actions.subscribe(
                address=row.address,
                newsletters=[run.newsletter],
                locale=row.locale,
                source=source_of(run),
            )
            row.request = request.pk
    return rows


def take_back(run: Import, rows: Sequence[ImportRow]) -> None:
    """Remove what rows made. Who has confirmed by themselves since is no longer of this import."""
    theirs = Consent.objects.filter(
        chain__address_key=OuterRef("subscriber__address_key"),
        newsletter=run.newsletter_id,
        kind=ConsentKind.CONFIRMED,
        at__gt=run.started_at,
    )
    made = [row.subscription for row in rows if row.subscription]
    subscriptions = Subscription.objects.filter(pk__in=made).exclude(Exists(theirs))
    running = subscriptions.confirmed().values_list("subscriber__address_key", "subscriber__locale")
    undone = Step(
        kind=ConsentKind.IMPORT_UNDONE,
        newsletter=run.newsletter,
        locale=run.locale,
        source=source_of(run),
    )
    record_many({key: [undone] for key, _locale in running})
    subscriptions.delete()
    people = Subscriber.objects.filter(pk__in=[row.subscriber for row in rows if row.subscriber])
    people.filter(subscriptions=None).delete()
    asked = [row.request for row in rows if row.request]
    SignupRequest.objects.filter(pk__in=asked, used_at=None).delete()


def source_of(run: Import) -> str:
    return f"import {run.pk}: {run.source}"


def _subscribe(run: Import, rows: list[Judged]) -> None:
    if not rows:
        return
    subscribers = _subscribers(rows)
    new = {
        subscribers[row.key]: Subscription(
            subscriber_id=subscribers[row.key],
            newsletter=run.newsletter,
            confirmed_at=timezone.make_aware(datetime.combine(row.day or run.consented_on, time())),
        )
        for row in rows
    }
    # Somebody may sign up at this very moment: then the database keeps theirs.
    Subscription.objects.bulk_create(new.values(), ignore_conflicts=True)
    there = Subscription.objects.filter(newsletter=run.newsletter_id, subscriber__in=new)
    made = {
        subscriber: pk
        for pk, subscriber, public_id in there.values_list("pk", "subscriber", "public_id")
        if new[subscriber].public_id == public_id
    }
    for row in rows:
        row.subscription = made.get(subscribers[row.key])
        if row.subscription is None:
            row.result = RowResult.KNOWN
    record_many({row.key: [_step(run, row)] for row in rows if row.subscription})


def _subscribers(rows: list[Judged]) -> dict[str, int]:
    """Return the number of everybody, made where missing; rows remember whom they made."""
    new = {
        row.key: Subscriber(address=row.address, address_key=row.key, locale=row.locale)
        for row in rows
    }
    Subscriber.objects.bulk_create(new.values(), ignore_conflicts=True)
    there = Subscriber.objects.filter(address_key__in=new)
    found, made = {}, {}
    for pk, key, public_id in there.values_list("pk", "address_key", "public_id"):
        found[key] = pk
        if new[key].public_id == public_id:
            made[key] = pk
    for row in rows:
        row.subscriber = made.get(row.key)
    return found


def _step(run: Import, row: Judged) -> Step:
    return Step(
        kind=ConsentKind.IMPORTED,
        newsletter=run.newsletter,
        locale=row.locale,
        source=source_of(run),
        note=f"proof: {run.proof}; consent of {row.day}; row {row.number}",
    )
