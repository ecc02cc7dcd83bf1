"""What waits for a moment goes on at that moment: one wake-up is asked for, and the tick spared."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend

from newsletter import mail
from newsletter.sending import actions, tasks
from newsletter.sending.models import Batch, Dispatch
from tests.newsletter.carriers import ScriptedCarrier, not_accepted
from wissensregion.settings.stores import QUEUES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
    from time_machine import TimeMachineFixture

    from newsletter.models import IssuePage, Subscriber
    from wissensregion.models import User


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedCarrier:
    carrier = ScriptedCarrier()
    monkeypatch.setattr(mail, "carrier", lambda **_limits: carrier)
    return carrier


@pytest.fixture
def dispatch(
    clock: TimeMachineFixture,
    issue: IssuePage,
    ada: Subscriber,
    editor: User,
    service: ScriptedCarrier,
) -> Dispatch:
    return actions.start(issue, editor)


@pytest.fixture
def work(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Callable[[Dispatch], list[datetime | None]]:
    """Do the task once; tell for when the next ones were put into the queue."""
    path = f"{DummyBackend.__module__}.{DummyBackend.__qualname__}"
    settings.TASKS = {"default": {"BACKEND": path, "QUEUES": QUEUES}}

    def work(dispatch: Dispatch) -> list[datetime | None]:
        backend = task_backends["default"]
        assert isinstance(backend, DummyBackend)
        backend.clear()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.continue_dispatch.func(dispatch.pk)
        return [result.task.run_after for result in backend.results]

    return work


def test_a_batch_that_has_to_wait_is_gone_on_with_at_its_own_time(
    dispatch: Dispatch,
    service: ScriptedCarrier,
    work: Callable[[Dispatch], list[datetime | None]],
    clock: TimeMachineFixture,
) -> None:
    service.script = lambda _addresses: not_accepted()
    [at] = work(dispatch)
    assert at == Batch.objects.get().not_before
    assert at > timezone.now()

    # Asked again meanwhile, there is nothing to do and one wake-up is enough.
    assert work(dispatch) == []

    service.script = None
    clock.move_to(at, tick=False)
    assert work(dispatch) == []
    assert service.accepted == ["Ada@example.org"]


def test_a_wake_up_that_is_earlier_is_asked_for_anew(
    dispatch: Dispatch,
    service: ScriptedCarrier,
    work: Callable[[Dispatch], list[datetime | None]],
) -> None:
    service.script = lambda _addresses: not_accepted()
    work(dispatch)
    sooner = timezone.now() + timedelta(seconds=1)

    Batch.objects.update(not_before=sooner)

    assert work(dispatch) == [sooner]


def test_what_waits_for_reports_of_its_first_batch_is_gone_on_with_when_they_are_late(
    dispatch: Dispatch,
    service: ScriptedCarrier,
    work: Callable[[Dispatch], list[datetime | None]],
) -> None:
    service.script = lambda _addresses: not_accepted()
    work(dispatch)
    until = timezone.now() + timedelta(minutes=10)
    Dispatch.objects.update(canary_until=until, wake_at=None)

    assert work(dispatch) == [until]
