"""How fast, how much, and when a dispatch stops by itself before a small trouble grows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils import timezone

from newsletter import mail
from newsletter.models import Dispatch, OperatorAct, SenderAccount
from newsletter.sending import actions, health, throttle
from tests.newsletter.carriers import ScriptedCarrier

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

    from newsletter.models import IssuePage, Subscription
    from wissensregion.models import User

PEOPLE = [f"reader{number}@example.org" for number in range(60)]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    carrier = ScriptedCarrier()
    monkeypatch.setattr(mail, "carrier", lambda **_limits: carrier)
    return carrier


@pytest.fixture
def dispatch(issue: IssuePage, editor: User, subscribed: Callable[..., Subscription]) -> Dispatch:
    for address in PEOPLE:
        subscribed(address)
    return actions.start(issue, editor)


@pytest.fixture
def account(db: None) -> SenderAccount:
    return throttle.account("brevo")


def take(wanted: int) -> throttle.Budget:
    with transaction.atomic():
        return throttle.take("brevo", wanted)


def test_without_a_limit_everything_may_leave(account: SenderAccount) -> None:
    assert take(1000).count == 1000


def test_a_rate_is_kept_and_the_rest_waits(
    account: SenderAccount, clock: TimeMachineFixture
) -> None:
    SenderAccount.objects.update(rate=600, tokens=0, refilled_at=timezone.now())
    assert take(100).count == 0

    clock.shift(5)

    # 600 a minute, a fifth of it left to confirmations: 8 a second.
    assert take(100).count == 40
    budget = take(100)
    assert budget.count == 0
    assert budget.wait == pytest.approx(1 / 8, abs=0.05)


def test_a_pause_is_not_caught_up_with_at_once(
    account: SenderAccount, clock: TimeMachineFixture
) -> None:
    SenderAccount.objects.update(rate=600, tokens=0, refilled_at=timezone.now())

    clock.shift(3600)

    assert take(10_000).count == 80


def test_a_new_domain_warms_up_twice_as_far_each_day(account: SenderAccount) -> None:
    account.warm_up_from = date(2026, 11, 20)

    limits = [throttle.day_limit(account, date(2026, 11, day)) for day in (20, 21, 24)]

    assert limits == [200, 400, 3200]


def test_the_day_limit_counts_all_workers_and_ends_at_midnight(
    account: SenderAccount, clock: TimeMachineFixture
) -> None:
    SenderAccount.objects.update(day_limit=50)
    assert [take(30).count, take(30).count, take(30).count] == [30, 20, 0]
    assert 0 < take(30).wait <= 24 * 3600

    clock.shift(timedelta(days=1))

    assert take(30).count == 30


def test_a_day_limit_stops_a_dispatch_and_the_next_day_goes_on(
    dispatch: Dispatch, service: ScriptedCarrier, account: SenderAccount, clock: TimeMachineFixture
) -> None:
    SenderAccount.objects.update(day_limit=40)
    for _slice in range(3):
        actions.continue_dispatch(dispatch.pk)
    assert len(service.accepted) == 40
    dispatch.refresh_from_db()
    assert dispatch.state == "sending"
    assert dispatch.due_at
    assert dispatch.pk not in actions.left_alone()

    clock.shift(timedelta(days=1))
    actions.continue_dispatch(dispatch.pk)

    assert sorted(service.accepted) == sorted(PEOPLE)


def test_a_first_small_batch_goes_ahead_and_the_rest_waits_for_its_reports(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any, clock: TimeMachineFixture
) -> None:
    settings.NEWSLETTER_CANARY_FROM, settings.NEWSLETTER_REPORTS = 50, True
    for _slice in range(3):
        actions.continue_dispatch(dispatch.pk)
    assert len(service.accepted) == 25

    dispatch.deliveries.filter(state="accepted").update(outcome="delivered")
    clock.shift(11)
    actions.continue_dispatch(dispatch.pk)

    assert len(service.accepted) == 60


def test_without_any_report_the_rest_follows_after_ten_minutes(
    dispatch: Dispatch, service: ScriptedCarrier, settings: Any, clock: TimeMachineFixture
) -> None:
    settings.NEWSLETTER_CANARY_FROM, settings.NEWSLETTER_REPORTS = 50, True
    actions.continue_dispatch(dispatch.pk)

    clock.shift(601)
    actions.continue_dispatch(dispatch.pk)

    assert len(service.accepted) == 60


def test_many_refusals_pause_by_themselves_and_an_operator_may_go_on(
    dispatch: Dispatch, service: ScriptedCarrier, editor: User, clock: TimeMachineFixture
) -> None:
    service.refused = dict.fromkeys(PEOPLE[:12], "550 no such user")
    service.size = 10
    service.script = lambda _addresses: clock.shift(11)
    actions.continue_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    paused = dispatch.state
    assert paused == "paused"
    assert dispatch.last_error == health.TOO_MANY_REFUSED

    assert actions.resume(dispatch, editor, "they are old addresses")
    actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert dispatch.state == "completed"
    assert OperatorAct.objects.filter(verb="auto_pause").count() == 1


@pytest.mark.parametrize(
    ("signs", "trouble"),
    [
        ({"accepted": 1000, "complained": 2, "reported": 900}, ""),
        ({"accepted": 1000, "complained": 3, "reported": 900}, health.TOO_MANY_COMPLAINED),
        ({"accepted": 1000, "bounced": 6, "reported": 99}, ""),
        ({"accepted": 1000, "bounced": 6, "reported": 100}, health.TOO_MANY_BOUNCED),
        ({"accepted": 300, "refused": 16}, health.TOO_MANY_REFUSED),
        ({"accepted": 300, "unknown": 10}, health.TOO_MANY_UNKNOWN),
        ({"accepted": 3, "refused": 3, "unknown": 3}, ""),
    ],
)
def test_what_counts_as_trouble(signs: dict[str, int], trouble: str) -> None:
    nothing = dict.fromkeys(
        ["accepted", "refused", "unknown", "bounced", "complained", "reported"], 0
    )

    assert health.Signs(**{**nothing, **signs}).trouble == trouble
