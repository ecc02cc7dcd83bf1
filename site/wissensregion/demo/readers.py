"""Two hundred readers of the demonstration, and what they were sent."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from newsletter.composing import render
from newsletter.composing.actions import freeze
from newsletter.models import (
    Consent,
    Delivery,
    IssuePage,
    Newsletter,
    Subscriber,
    Subscription,
)
from newsletter.sending import audience
from newsletter.sending.models import (
    BatchState,
    DeliveryState,
    Dispatch,
    DispatchState,
    OperatorVerb,
)
from newsletter.subscriptions.actions import Step, ensure_wording, record
from newsletter.subscriptions.addresses import address_key
from newsletter.subscriptions.models import ConsentKind, EndReason
from wissensregion.demo.logins import EDITOR
from wissensregion.models import User

if TYPE_CHECKING:
    from newsletter.models import ConsentWording

NUMBER = 200
ENGLISH = 0.35
FIRST = datetime(2024, 1, 8, 9, tzinfo=UTC)
LAST = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEFT = 9
GIVEN = [
    "ada", "amara", "anton", "aylin", "ben", "chiara", "cleo", "dario", "elif", "emre", "felix",
    "greta", "hana", "ida", "ines", "jasper", "jonas", "kenji", "lale", "lena", "linh", "lucas",
    "mai", "malik", "mara", "milan", "mina", "nadia", "nils", "nora", "olga", "oskar", "paula",
    "priya", "quentin", "rafael", "rosa", "sami", "selin", "tarek", "theo", "uma", "vera",
    "viktor", "wanda", "xenia", "yuki", "yusuf", "zoe",
]  # fmt: skip
FAMILY = [
    "abel", "bach", "brandt", "celik", "costa", "dang", "eber", "farkas", "fink", "grau", "haas",
    "ito", "jansen", "kaya", "klee", "lang", "maur", "nagy", "novak", "otto", "pham", "quast",
    "rao", "ritter", "sato", "sommer", "thoma", "ulmer", "vogt", "weiss", "yilmaz", "zander",
]  # fmt: skip


@transaction.atomic
def load() -> int:
    """Make the readers and the dispatches of the past issues, once; return how many readers."""
    newsletter = Newsletter.objects.order_by("pk").first()
    if newsletter is None or Consent.objects.exists():
        return 0
    chance = random.Random(744)  # noqa: S311 - plausible, not secret
    wordings = {locale: ensure_wording(locale) for locale in ("de", "en")}
    for number in range(NUMBER):
        _reader(newsletter, number, chance, wordings)
    for issue in IssuePage.objects.filter(
        newsletter=newsletter, live=True, locale__language_code="de"
    ).order_by("first_published_at"):
        _sent(issue)
    return NUMBER


def _reader(
    newsletter: Newsletter,
    number: int,
    chance: random.Random,
    wordings: dict[str, ConsentWording],
) -> None:
    # Every pair of names once: the two lists have lengths without a common factor.
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    locale = "en" if chance.random() < ENGLISH else "de"
    asked = FIRST + (LAST - FIRST) * chance.random()
    confirmed = asked + timedelta(minutes=chance.randint(1, 600))
    reader = Subscriber.objects.create(
        address=f"{given}.{family}@example.org", locale=locale, created_at=confirmed
    )
    subscription = Subscription.objects.create(
        subscriber=reader, newsletter=newsletter, confirmed_at=confirmed
    )
    steps = [
        (ConsentKind.REQUESTED, asked),
        (ConsentKind.MAIL_SENT, asked + timedelta(seconds=2)),
        (ConsentKind.CONFIRMED, confirmed),
    ]
    if number % (NUMBER // LEFT) == 0:
        left = confirmed + (LAST - confirmed) * chance.random()
        subscription.ended_at, subscription.end_reason = left, EndReason.WITHDRAWN
        subscription.save()
        steps.append((ConsentKind.WITHDRAWN, left))
    record(
        address_key(reader.address),
        [
            Step(
                kind=kind,
                newsletter=newsletter,
                at=at,
                wording=wordings[locale] if kind is ConsentKind.REQUESTED else None,
                locale=locale,
                source="/newsletter-bestellen/" if locale == "de" else "/en/subscribe/",
            )
            for kind, at in steps
        ],
    )


def _sent(issue: IssuePage) -> None:
    """What a dispatch of the issue would have left behind, without a mail."""
    at = issue.first_published_at
    sender = User.objects.filter(username=EDITOR.username).first()
    dispatch = Dispatch.objects.create(
        newsletter=issue.newsletter,
        issue_key=issue.translation_key,
        requested_by=sender,
        created_at=at,
    )
    dispatch.editions.set(
        freeze(page, render.mail(page, page.index()), at=at) for page in issue.in_every_locale()
    )
    dispatch.acts.create(user=sender, verb=OperatorVerb.START, at=at)
    while audience.freeze_chunk(dispatch.pk):
        pass
    deliveries = Delivery.objects.filter(dispatch=dispatch)
    deliveries.filter(subscription__confirmed_at__gt=at).delete()
    deliveries.update(state=DeliveryState.ACCEPTED, handed_over_at=at + timedelta(seconds=40))
    for state in (BatchState.CLAIMED, BatchState.DONE):
        dispatch.batches.update(state=state, lease_until=at)
    row = Dispatch.objects.filter(pk=dispatch.pk)
    begun = at + timedelta(seconds=1)
    row.update(state=DispatchState.SENDING, ready_at=begun, started_at=begun, due_at=None)
    row.update(
        state=DispatchState.COMPLETED,
        frozen_count=deliveries.count(),
        completed_at=at + timedelta(minutes=1),
    )
