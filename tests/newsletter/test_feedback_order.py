"""The same reports in any order, any number of times, leave the same database."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from newsletter.feedback import actions
from newsletter.models import Delivery, Dispatch, FeedbackEvent
from newsletter.sending import actions as sending
from newsletter.sending import audience
from tests.newsletter.reporting import past_the_guards, report, state_of_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.feedback.reports import Report
    from newsletter.models import IssuePage, Subscription
    from wissensregion.models import User

PEOPLE = 4
TOLD: list[tuple[str, str]] = [
    ("queued", ""), ("deferred", ""), ("bounced", "soft"), ("delivered", ""), ("failed", ""),
    ("bounced", "bounced"), ("rejected", "invalid"), ("rejected", "blocked"), ("complained", ""),
    ("unsubscribed", ""),
]  # fmt: skip


# Not the proof of consent: it is a diary, and tells what was known first.
TOUCHED = {
    "Attempt", "Batch", "Delivery", "Dispatch", "OperatorAct", "SignupRequest", "Subscriber",
    "Subscription", "Suppression",
}  # fmt: skip


@pytest.fixture
def mails(
    issue: IssuePage, editor: User, subscribed: Callable[..., Subscription]
) -> list[Delivery]:
    """Some known and some unknown, of one call."""
    for number in range(PEOPLE):
        subscribed(f"reader{number}@example.org")
    dispatch = sending.start(issue, editor)
    audience.freeze_chunk(dispatch.pk)
    rows = list(dispatch.deliveries.order_by("pk"))
    with past_the_guards():
        dispatch.batches.update(service="mailjet", state="ambiguous")
        dispatch.batches.get().attempts.create(epoch=1, owner="x", outcome="unknown")
        Delivery.objects.update(state="unknown")
        Delivery.objects.filter(pk=rows[0].pk).update(
            state="accepted", handed_over_at=timezone.now()
        )
        Dispatch.objects.update(state="unclear")
    return rows


def _end(reports: list[Report], cuts: list[int]) -> dict[str, list[dict[str, Any]]]:
    """Apply reports in parts, and return what is left, as if nothing had happened."""
    with transaction.atomic():
        for start, end in zip([0, *cuts], [*cuts, len(reports)], strict=True):
            actions.take_in(reports[start:end])
            actions.apply_waiting()
        assert not FeedbackEvent.objects.waiting().exists()
        found = state_of_all(only=TOUCHED)
        transaction.set_rollback(True)
    for rows in found.values():
        for row in rows:
            # A row made a second time is not numbered like the first; its order stays.
            row.pop("id", None)
    return found


def _sorted(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    return {name: sorted(map(repr, rows)) for name, rows in found.items()}


def test_two_hundred_orders_with_repetitions_end_the_same(mails: list[Delivery]) -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same orders each time
    said = chance.sample([(mail, told) for mail in mails for told in TOLD], 26)
    reports = [
        report(mail, kind, reject_reason=reason, service="mailjet") for mail, (kind, reason) in said
    ]
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        expected = _sorted(_end(reports, []))
        for _order in range(200):
            again = reports + chance.choices(reports, k=10)
            chance.shuffle(again)
            cuts = sorted(chance.sample(range(len(again)), 3))

            assert _sorted(_end(again, cuts)) == expected
