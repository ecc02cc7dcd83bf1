"""Who gets an issue, and in which edition."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from newsletter.sending import states
from newsletter.sending.models import (
    Batch,
    Delivery,
    DeliveryState,
    Dispatch,
    DispatchState,
    HoldReason,
    delivery_key,
)
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from newsletter.composing.models import IssuePage
    from newsletter.subscriptions.models import SubscriptionQuerySet

CHUNK = 1000
# How many one worker takes at a time where the service takes one by one.
SHARE = 500
# The first batch is small: what is wrong with an issue shows in it.
CANARY = 25
# Readers come and go between the typed count and the freeze; so many more or fewer are no alarm.
TOLERANCE, FEW = 0.2, 10


class Reader(NamedTuple):
    """What the freeze needs of a subscription."""

    pk: int
    address: str
    address_key: str
    locale: str


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
    sent = Delivery.objects.filter(issue_key=issue_key, left_out=False)
    reached = sent.filter(address_key=models.OuterRef("subscriber__address_key"))
    # Whoever changed the address since has it at the old one.
    elsewhere = sent.filter(subscription=models.OuterRef("pk"))
    return (
        Subscription.objects.filter(newsletter=newsletter_id)
        .deliverable()
        .exclude(models.Exists(reached))
        .exclude(models.Exists(elsewhere))
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


def freeze_chunk(
    dispatch_id: int, size: int = CHUNK, *, shares: Mapping[int, int] | None = None
) -> bool:
    """Plan the next deliveries; say whether more may be left.

    The rows and the cursor are one commit: killed before it, the same chunk is planned again;
    killed after it, the next one follows. ``shares`` says how many recipients of an edition one
    call may carry.
    """
    with transaction.atomic():
        dispatch = Dispatch.objects.select_for_update().get(pk=dispatch_id)
        if dispatch.state != DispatchState.PREPARING:
            return False
        readers = [
            Reader(*row)
            for row in audience(dispatch.newsletter_id, dispatch.issue_key)
            .filter(pk__gt=dispatch.cursor)
            .order_by("pk")
            .values_list(
                "pk", "subscriber__address", "subscriber__address_key", "subscriber__locale"
            )[:size]
        ]
        if not readers:
            _complete(dispatch)
            return False
        editions = dict(dispatch.editions.values_list("locale", "pk"))
        if not editions:
            states.move(_row(dispatch), states.DISPATCH, DispatchState.FAILED)
            return False
        _plan(dispatch, readers, editions, shares or {})
        dispatch.cursor = readers[-1].pk
        dispatch.frozen_count += len(readers)
        dispatch.save(update_fields=["cursor", "frozen_count"])
    return True


def _complete(dispatch: Dispatch) -> None:
    """Everybody is planned: ready, unless it is not what was released."""
    now = timezone.now()
    rows = dispatch.deliveries.count()
    expected = rows if dispatch.expected_count is None else dispatch.expected_count
    far = abs(rows - expected) > max(FEW, TOLERANCE * expected)
    if far or rows != dispatch.frozen_count:
        states.move(
            _row(dispatch), states.DISPATCH, DispatchState.HELD,
            hold_reason=HoldReason.COUNT, ready_at=now,
        )  # fmt: skip
        return
    # A minute in which whoever pressed may still think again.
    undo = now + timedelta(seconds=settings.NEWSLETTER_UNDO_SECONDS)
    due_at = max(undo, dispatch.not_before) if dispatch.not_before else undo
    states.move(_row(dispatch), states.DISPATCH, DispatchState.READY, ready_at=now, due_at=due_at)


def _plan(
    dispatch: Dispatch, readers: list[Reader], editions: dict[str, int], shares: Mapping[int, int]
) -> None:
    by_edition: dict[int, list[Reader]] = {}
    for reader in _interleaved(readers):
        by_edition.setdefault(editions[chosen(reader.locale, editions)], []).append(reader)
    number = dispatch.batches.aggregate(last=models.Max("seq"))["last"] or 0
    batches: list[tuple[Batch, list[Reader]]] = []
    for edition, found in by_edition.items():
        first = CANARY if number == 0 else None
        for part in _cut(found, shares.get(edition, SHARE), first):
            number += 1
            batches.append((Batch(dispatch=dispatch, edition_id=edition, seq=number), part))
    Batch.objects.bulk_create(batch for batch, _part in batches)
    _insert(dispatch, batches)


def _insert(dispatch: Dispatch, batches: list[tuple[Batch, list[Reader]]]) -> None:
    """Write the deliveries down by one statement, many times over.

    ``bulk_create`` makes a model of each row and a statement of all of them, which takes four
    times as long, and there may be a million.
    """
    same = {
        "dispatch": dispatch.pk, "issue_key": dispatch.issue_key, "tries": 0, "inferred": False,
        "state": DeliveryState.PLANNED, "outcome": "", "reason": "", "message_id": "",
        "left_out": False,
    }  # fmt: skip
    differing = ["batch", "edition", "subscription", "address", "address_key", "key"]
    by_name = {field.name: field for field in Delivery._meta.concrete_fields}
    fields = [by_name[name] for name in (*same, *differing)]
    fixed = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, same.values(), strict=False)
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(Delivery._meta.db_table)
    rows = [
        [*fixed, batch.pk, batch.edition_id, reader.pk,
         _mailable(reader.address), reader.address_key, delivery_key()]
        for batch, part in batches
        for reader in part
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608


def _cut(readers: list[Reader], size: int, first: int | None) -> Iterator[list[Reader]]:
    start = 0
    while start < len(readers):
        step = min(size, first or size)
        yield readers[start : start + step]
        start, first = start + step, None


def _interleaved(readers: list[Reader]) -> list[Reader]:
    """Take turns between the domains, so that none meets a wall of mail."""
    turns: Counter[str] = Counter()

    def turn(reader: Reader) -> int:
        domain = reader.address.rpartition("@")[2].lower()
        turns[domain] += 1
        return turns[domain]

    return sorted(readers, key=turn)


def _mailable(address: str) -> str:
    if address.isascii():
        # Nearly all are, and then there is nothing to convert.
        local, _at, domain = address.rpartition("@")
        return f"{local}@{domain.lower()}"
    # What is no address any more stops nobody else: the mail backend will refuse it by name.
    try:
        return addresses.mailable(address)
    except addresses.AddressError:
        return address


def _row(dispatch: Dispatch) -> models.QuerySet[Dispatch]:
    return Dispatch.objects.filter(pk=dispatch.pk)
