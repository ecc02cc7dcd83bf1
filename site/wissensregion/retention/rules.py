"""What is kept of people, what for and how long: the one table of which everything else is told.

Plugins declare their part as ``RETENTION`` in ``personal_data.py``. The tick deletes by it, and the
record of processing (GDPR 30) and the facts of the privacy policy (GDPR 13) are written from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wissensregion.plugin import module, plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

SITE = "wissensregion"
HOURLY = timedelta(hours=1)
DAILY = timedelta(days=1)
YEAR = 365
# The reason several times share.
CLAIMS = _("Claims end with the third year after that in which they arose (BGB §§ 195, 199).")


class Basis(models.TextChoices):
    """Why the law lets one keep it."""

    CONSENT = "a", _("consent (GDPR Art. 6(1)(a))")
    CONTRACT = "b", _("contract (GDPR Art. 6(1)(b))")
    DUTY = "c", _("legal obligation (GDPR Art. 6(1)(c))")
    INTEREST = "f", _("legitimate interest (GDPR Art. 6(1)(f))")


class Recipient(models.TextChoices):
    """Who gets to see it besides those who work here."""

    HOST = "host", _("the operator of our servers")
    MAIL = "mail", _("the mail service")
    PUBLIC = "public", _("everybody: it is published")


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One thing that is done with data of people, and why it may be done."""

    title: _StrPromise
    purpose: _StrPromise
    whose: _StrPromise
    basis: Basis
    # What the law wants to know of the basis: which interest, which consent.
    because: _StrPromise
    recipients: tuple[Recipient, ...] = (Recipient.HOST,)
    # Told to visitors in the privacy policy; what concerns colleagues alone is not.
    public: bool = True


@dataclass(frozen=True, slots=True)
class CalendarYears:
    """To the end of the third year after the one in which it happened, as claims end."""

    years: int = 3

    def cutoff(self, now: datetime) -> datetime:
        year = timezone.localtime(now).year - self.years
        return timezone.make_aware(datetime(year, 1, 1))  # noqa: DTZ001 - made aware here


def delete(rows: QuerySet[Any]) -> object:
    return rows.delete()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What is kept, how long and by which reason; and the rows that are past their time.

    Either ``expired`` finds rows the tick ends, or ``until`` says what else ends them.
    """

    # "newsletter.requests": the app's label, and what it is about.
    name: str
    activity: Activity
    # Models of the app by name, those of others by label.
    models: tuple[str, ...]
    data: _StrPromise
    reason: _StrPromise
    kept: timedelta | CalendarYears | None = None
    # The setting (in days) that says how long, where operators may shorten it.
    setting: str = ""
    # What the time counts from.
    since: _StrPromise | str = ""
    until: _StrPromise | str = ""
    expired: Callable[[datetime], QuerySet[Any]] | None = None
    end: Callable[[QuerySet[Any]], object] = delete
    every: timedelta = HOURLY
    # Rows ended in one transaction.
    at_once: int = field(default=500)

    def __post_init__(self) -> None:
        timed = self.kept is not None or bool(self.setting)
        if timed == bool(self.until) or timed != bool(self.expired):
            message = f"The rule {self.name} needs a time and what is expired, or what ends it."
            raise ValueError(message)

    @property
    def runs(self) -> bool:
        """Whether the clock ends it; templates would call ``expired`` instead of looking at it."""
        return self.expired is not None

    @property
    def time(self) -> timedelta | CalendarYears | None:
        return timedelta(days=getattr(settings, self.setting)) if self.setting else self.kept

    def cutoff(self, now: datetime) -> datetime:
        """What is older than this has to go."""
        time = self.time
        if isinstance(time, CalendarYears):
            return time.cutoff(now)
        return now - (time or timedelta())

    def rows(self, now: datetime) -> QuerySet[Any]:
        """Return what is past its time."""
        if self.expired is None:
            message = f"Nothing runs for {self.name}."
            raise ValueError(message)
        return self.expired(self.cutoff(now))

    @property
    def how_long(self) -> str:
        """Say it to people, in the language of the moment."""
        time = self.time
        if time is None:
            return str(self.until)
        if isinstance(time, CalendarYears):
            return say("to the end of the third calendar year after %(since)s") % {
                "since": self.since
            }
        return say("%(time)s after %(since)s") % {"time": spelled(time), "since": self.since}

    @property
    def labels(self) -> list[str]:
        app = self.name.partition(".")[0]
        return [name if "." in name else f"{app}.{name}" for name in self.models]


def spelled(time: timedelta) -> str:
    hours, days = round(time.total_seconds() / 3600), time.days
    if hours <= 72:  # noqa: PLR2004 - up to three days people count in hours
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    if days % YEAR == 0:
        years = days // YEAR
        return ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def rules() -> Iterator[Rule]:
    """Return the whole table: of every plugin, and of the site itself."""
    for config in [*plugins(), apps.get_app_config(SITE)]:
        yield from getattr(module(config, "personal_data"), "RETENTION", ())


def enforced() -> list[Rule]:
    """Return the rules the tick runs."""
    return [rule for rule in rules() if rule.runs]


def by_activity(*, public: bool = False) -> dict[Activity, list[Rule]]:
    """Return the table as it is read: what is done, and what is kept for it."""
    table: dict[Activity, list[Rule]] = {}
    for rule in rules():
        if rule.activity.public or not public:
            table.setdefault(rule.activity, []).append(rule)
    return table
