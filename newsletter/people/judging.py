"""What is to become of each row of a file: decided for many rows at once, written nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language_info

from newsletter.people.models import Import, ImportRow, RowResult
from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import (
    Consent,
    ConsentKind,
    SignupRequest,
    Subscription,
    Suppression,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

# As office programs write languages.
REGIONS = {"de": ("AT", "CH"), "en": ("US", "GB")}
GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
# Steps that say whether somebody is in or out; of each person the last one counts.
IN = [ConsentKind.CONFIRMED, ConsentKind.IMPORTED, ConsentKind.IMPORT_UNDONE]
OUT = [
    ConsentKind.WITHDRAWN,
    ConsentKind.BOUNCED_OUT,
    ConsentKind.COMPLAINED,
    ConsentKind.ERASED,
]


@dataclass(slots=True)
class Judged:
    """One row: what was read in it, what is to become of it, and later what it has made."""

    number: int
    result: RowResult = RowResult.SUBSCRIBED
    address: str = ""
    key: str = ""
    # What the key was under peppers before.
    former: list[str] = field(default_factory=list)
    locale: str = ""
    day: date | None = None
    subscriber: int | None = None
    subscription: int | None = None
    request: int | None = None

    def as_row(self, run: Import) -> ImportRow:
        return ImportRow(
            run=run,
            number=self.number,
            result=self.result,
            subscriber=self.subscriber,
            subscription=self.subscription,
            request=self.request,
        )


class Judge:
    """Knows the columns of one import, and the addresses that stood in it before."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.seen: set[bytes] = set()
        self.locales = _names_of_locales()
        self.today = timezone.localdate()

    def judge(self, rows: Iterable[tuple[int, dict[str, str]]]) -> list[Judged]:
        judged = [self._read(number, cells) for number, cells in rows]
        self._compare([row for row in judged if row.result == RowResult.SUBSCRIBED])
        return judged

    def remember(self, cells: dict[str, str]) -> None:
        self._read(0, cells)

    def _read(self, number: int, cells: dict[str, str]) -> Judged:
        row = Judged(number)
        typed = cells.get(self.run.address_column, "")
        day = cells.get(self.run.date_column, "")
        locale = cells.get(self.run.locale_column, "")
        row.result = (
            self._read_address(row, typed)
            or self._read_locale(row, locale)
            or self._read_day(row, day)
            or self._double(row)
            or RowResult.SUBSCRIBED
        )
        return row

    def _read_address(self, row: Judged, typed: str) -> RowResult | None:
        if not typed:
            return RowResult.NO_ADDRESS
        try:
            row.address = addresses.mailable(typed)
            row.key, *row.former = addresses.keys_of_mailable(row.address)
        except addresses.AddressError:
            return RowResult.FORMULA if typed.startswith("=") else RowResult.BAD_ADDRESS
        return None

    def _read_locale(self, row: Judged, typed: str) -> RowResult | None:
        if typed.startswith("="):
            return RowResult.FORMULA
        row.locale = self.locales.get(typed.casefold(), "") if typed else self.run.locale
        return None if row.locale else RowResult.BAD_LOCALE

    def _read_day(self, row: Judged, typed: str) -> RowResult | None:
        if typed.startswith("="):
            return RowResult.FORMULA
        row.day = _day(typed) if typed else self.run.consented_on
        if row.day is None:
            return RowResult.BAD_DATE
        return RowResult.FUTURE_DATE if row.day > self.today else None

    def _double(self, row: Judged) -> RowResult | None:
        key = bytes.fromhex(row.key)
        if key in self.seen:
            return RowResult.DUPLICATE
        self.seen.add(key)
        return None

    def _compare(self, rows: list[Judged]) -> None:
        """Compare what can be read with what is kept. The same few queries for any number."""
        # Whoever is known by a key of before is known.
        present = {key: row.key for row in rows for key in (row.key, *row.former)}
        keys = list(present)
        suppressions = Suppression.objects.filter(address_key__in=keys)
        suppressed = {present[key] for key in suppressions.values_list("address_key", flat=True)}
        subscriptions = Subscription.objects.filter(
            newsletter=self.run.newsletter_id, subscriber__address_key__in=keys
        ).values_list("subscriber__address_key", "ended_at")
        subscribed = {present[key]: ended_at for key, ended_at in subscriptions}
        gone = {present[key] for key in self._gone(keys)}
        waiting = {present[key] for key in self._waiting(keys)}
        for row in rows:
            if row.key in suppressed:
                row.result = RowResult.SUPPRESSED
            elif row.key in subscribed and subscribed[row.key] is None:
                row.result = RowResult.KNOWN
            elif row.key in subscribed or row.key in gone:
                row.result = RowResult.LEFT
            elif row.key in waiting:
                row.result = RowResult.WAITING
            elif not self.run.is_proved:
                row.result = RowResult.ASKED

    def _gone(self, keys: list[str]) -> set[str]:
        """Who left this newsletter, or was erased, after whatever they had agreed to."""
        about = Q(newsletter=self.run.newsletter_id) | Q(newsletter=None)
        steps = Consent.objects.filter(about, chain__address_key__in=keys, kind__in=[*IN, *OUT])
        last = dict(steps.order_by("chain_id", "seq").values_list("chain__address_key", "kind"))
        return {key for key, kind in last.items() if kind in OUT}

    def _waiting(self, keys: list[str]) -> set[str]:
        """Whom to ask again would only bother."""
        if self.run.is_proved:
            return set()
        asked = SignupRequest.objects.open().filter(
            address_key__in=keys, newsletters=self.run.newsletter_id
        )
        return set(asked.values_list("address_key", flat=True))


def _names_of_locales() -> dict[str, str]:
    """Return every way a language of this site is likely to be written."""
    names = {}
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        short = code.partition("-")[0]
        regions = [f"{short}-{region}" for region in (short, *REGIONS.get(short, ()))]
        for name in (code, info["name"], info["name_local"], *regions):
            names[name.casefold()] = code
            names[name.casefold().replace("-", "_")] = code
    return names


def _day(typed: str) -> date | None:
    try:
        if found := GERMAN_DAY.match(typed):
            return date(int(found[3]), int(found[2]), int(found[1]))
        # A spreadsheet's day comes with its midnight.
        return date.fromisoformat(typed[:10])
    except ValueError:
        return None
