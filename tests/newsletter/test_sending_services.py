"""An issue through the real door to services that take many mails in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from newsletter.models import Batch, Delivery
from newsletter.sending import actions
from newsletter.sending.models import DeliveryState
from tests.newsletter import issues
from tests.newsletter.delivering import DELIVERED, Delivered, yes

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.models import Dispatch, IssuePage, Subscription
    from tests.newsletter.service import Service
    from wissensregion.models import User

PEOPLE = [f"Reader{number}@example.org" for number in range(5)]


@pytest.fixture
def dispatch(
    issue: IssuePage,
    editor: User,
    subscribed: Callable[..., Subscription],
    name: str,
    service: Service,
) -> Dispatch:
    for address in PEOPLE:
        subscribed(address)
    service.answers = lambda call: yes(name, call["sent"])
    issues.prove(issue)
    return actions.start(issue, editor)


def arrived(name: str, service: Service) -> list[Delivered]:
    return [mail for call in service.calls for mail in DELIVERED[name](call["sent"])]


def test_an_issue_reaches_all_its_readers_in_one_call(
    dispatch: Dispatch, name: str, service: Service
) -> None:
    actions.continue_dispatch(dispatch.pk)

    mails = arrived(name, service)
    assert len(service.calls) == 1
    assert sorted(address for mail in mails for address in mail.to) == PEOPLE
    assert {mail.subject for mail in mails} == {"Neues vom Rhein"}
    assert len({mail.headers["List-Unsubscribe"] for mail in mails}) == len(PEOPLE)
    for mail in mails:
        delivery = Delivery.objects.select_related("subscription").get(key=mail.key)
        assert (delivery.address,) == mail.to
        assert delivery.state == DeliveryState.ACCEPTED
        assert delivery.message_id
        assert delivery.subscription
        assert delivery.subscription.public_id in mail.headers["List-Unsubscribe"]
        assert delivery.subscription.public_id in mail.html
        assert delivery.subscription.public_id in mail.text
        assert "@@" not in mail.html + mail.text


def test_a_call_that_breaks_off_is_never_made_again(
    dispatch: Dispatch, name: str, service: Service
) -> None:
    service.cuts = "after"

    actions.continue_dispatch(dispatch.pk)
    actions.continue_dispatch(dispatch.pk)

    assert len(service.calls) == 1
    assert set(dispatch.deliveries.values_list("state", flat=True)) == {DeliveryState.UNKNOWN}


def test_a_wrong_key_pauses_the_dispatch_and_loses_nobody(
    dispatch: Dispatch, name: str, service: Service
) -> None:
    service.status, service.answers = 401, None

    actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert len(service.calls) == 1
    assert set(dispatch.deliveries.values_list("state", flat=True)) == {DeliveryState.PLANNED}


def test_a_reader_the_service_chokes_on_costs_nobody_else_the_issue(
    dispatch: Dispatch, name: str, service: Service
) -> None:
    def answer(call: dict[str, Any]) -> Any:
        service.status = 400 if PEOPLE[3] in str(call["sent"]) else 200
        return yes(name, call["sent"]) if service.status == 200 else {"message": "No"}

    service.answers = answer
    for _ in range(6):
        Batch.objects.update(not_before=timezone.now())
        Delivery.objects.update(due_at=None)
        actions.continue_dispatch(dispatch.pk)

    states = dict(dispatch.deliveries.values_list("address", "state"))
    assert states.pop(PEOPLE[3]) == DeliveryState.FAILED
    assert set(states.values()) == {DeliveryState.ACCEPTED}
    everybody = [address for mail in arrived(name, service) for address in mail.to]
    assert len(service.calls) <= 8
    assert everybody.count(PEOPLE[3]) > 1  # Tried in ever smaller company.
