"""Who there is: subscribers and those who have asked, in one list with one state each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions.models import (
    EndReason,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

COLUMNS = ("kind", "pk", "address", "locale", "state", "created_at")


class PersonState(models.TextChoices):
    """Where a person stands, in one word."""

    PENDING = "pending", _("has asked, not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = EndReason.WITHDRAWN.value, _("has left")
    BOUNCED = EndReason.BOUNCED.value, _("address does not exist")
    COMPLAINED = EndReason.COMPLAINED.value, _("reported as unwanted")
    SUPPRESSED = "suppressed", _("suppressed")
    NONE = "none", _("without a subscription")


class Age(models.TextChoices):
    """For how long somebody has been known."""

    MONTH = "month", _("less than a month")
    YEAR = "year", _("less than a year")
    OLDER = "older", _("more than a year")
    MUCH_OLDER = "much_older", _("more than three years")


def people(
    *,
    locale: str = "",
    newsletter: int | None = None,
    state: str = "",
    age: str = "",
    part: str = "",
) -> QuerySet[Any, dict[str, Any]]:
    """Return rows of both kinds, each a dictionary of ``COLUMNS``, newest first."""
    common = Q()
    if locale:
        common &= Q(locale=locale)
    if part:
        common &= Q(address__icontains=part)
    if age:
        common &= _aged(age)
    subscribers = with_state(Subscriber.objects.filter(common))
    requests = _latest_requests().filter(common)
    if newsletter:
        of_newsletter = Subscription.objects.filter(
            subscriber=OuterRef("pk"), newsletter=newsletter
        )
        subscribers = subscribers.filter(Exists(of_newsletter))
        requests = requests.filter(newsletters=newsletter)
    if state:
        subscribers = subscribers.filter(state=state)
    if state and state != PersonState.PENDING:
        requests = requests.none()
    elif not state:
        # Who is a subscriber and asks for more stands there once.
        known = Subscriber.objects.filter(address_key=OuterRef("address_key"))
        requests = requests.exclude(Exists(known))
    both = (
        subscribers.annotate(kind=_text("subscriber"))
        .values(*COLUMNS)
        .union(
            requests.annotate(kind=_text("request"), state=_text(PersonState.PENDING)).values(
                *COLUMNS
            ),
            all=True,
        )
    )
    rows: QuerySet[Any, dict[str, Any]] = both.order_by("-created_at", "-pk")
    return rows


def with_state(subscribers: QuerySet[Subscriber]) -> QuerySet[Any]:
    """Add ``state``: what holds now, else why the last subscription ended."""
    suppressed = Suppression.objects.filter(address_key=OuterRef("address_key"))
    mine = Subscription.objects.filter(subscriber=OuterRef("pk"))
    last = mine.filter(ended_at__isnull=False).order_by("-ended_at").values("end_reason")[:1]
    return subscribers.annotate(
        state=Case(
            When(Exists(suppressed), then=_text(PersonState.SUPPRESSED)),
            When(Exists(mine.confirmed()), then=_text(PersonState.CONFIRMED)),
            default=Coalesce(Subquery(last), _text(PersonState.NONE)),
            output_field=CharField(),
        )
    )


def open_requests(address_key: str) -> QuerySet[SignupRequest]:
    return SignupRequest.objects.open().filter(address_key=address_key).order_by("pk")


def _latest_requests() -> QuerySet[SignupRequest]:
    """Of each address the last request that can still be confirmed."""
    newer = SignupRequest.objects.open().filter(
        address_key=OuterRef("address_key"), pk__gt=OuterRef("pk")
    )
    return SignupRequest.objects.open().exclude(Exists(newer))


def _aged(age: str) -> Q:
    now = timezone.now()
    return {
        Age.MONTH: Q(created_at__gt=now - timedelta(days=30)),
        Age.YEAR: Q(created_at__gt=now - timedelta(days=365)),
        Age.OLDER: Q(created_at__lte=now - timedelta(days=365)),
        Age.MUCH_OLDER: Q(created_at__lte=now - timedelta(days=3 * 365)),
    }[Age(age)]


def _text(value: str) -> Value:
    return Value(str(value), output_field=CharField())
