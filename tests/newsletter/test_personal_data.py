"""What the newsletter knows about a person: all of it handed over, and then gone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from newsletter import personal_data
from newsletter.models import (
    Consent,
    ConsentChain,
    Delivery,
    Edition,
    Newsletter,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)
from newsletter.sending.models import DeliveryState, Dispatch, SkipReason
from newsletter.subscriptions import actions
from newsletter.subscriptions.models import EndReason

if TYPE_CHECKING:
    from newsletter.models import IssuePage


@pytest.fixture
def delivery(issue: IssuePage, ada: Subscriber, newsletter: Newsletter) -> Delivery:
    """An issue on its way to ada."""
    edition = Edition.objects.create(
        page=issue, issue_key=issue.translation_key, locale="de", subject="Neues", html="", text=""
    )
    return Delivery.objects.create(
        dispatch=Dispatch.objects.create(newsletter=newsletter, issue_key=issue.translation_key),
        edition=edition,
        subscription=ada.subscriptions.get(),
        issue_key=issue.translation_key,
        address=ada.address,
        address_key=ada.address_key,
    )


def dump() -> str:
    """Return every row of the newsletter as text."""
    out = io.StringIO()
    call_command("dumpdata", "newsletter", stdout=out)
    return out.getvalue().lower()


def test_a_person_gets_everything_in_whatever_spelling_they_ask(
    ada: Subscriber, delivery: Delivery
) -> None:
    known = personal_data.export(" ADA@Example.org ")

    assert known["subscriber"][0]["address"] == "Ada@example.org"
    assert [row["kind"] for row in known["consents"]] == ["requested", "confirmed"]
    assert all("willige ein" in row["wording_text"] for row in known["consents"])
    assert known["requests"][0]["source"] == "/newsletter/"
    assert known["deliveries"][0]["subject"] == "Neues"
    assert known["suppression"] == []


def test_what_is_known_of_ada_is_not_told_to_ben(ada: Subscriber, ben: SignupRequest) -> None:
    known = personal_data.export("ben@example.org")

    assert known["subscriber"] == []
    assert [row["address"] for row in known["requests"]] == ["ben@example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "nobody", "a@b\n"])
def test_what_is_no_address_belongs_to_nobody(address: str) -> None:
    assert personal_data.export(address) == {}
    assert personal_data.erase(address) == {}


def test_the_erased_are_nowhere_and_the_others_still_there(
    ada: Subscriber, grace: Subscriber, ben: SignupRequest, delivery: Delivery
) -> None:
    counts = personal_data.erase("ada@example.org")

    assert counts == {"Delivery": 1, "Subscription": 1, "Subscriber": 1, "SignupRequest": 1}
    assert "ada@" not in dump()
    assert ada.address_key not in dump().replace(_proof(ada), "")
    assert list(Subscriber.objects.all()) == [grace]
    assert SignupRequest.objects.filter(pk=ben.pk).exists()
    assert personal_data.erase("ada@example.org") == dict.fromkeys(counts, 0)


def _proof(person: Subscriber) -> str:
    """What stays of a consent: its keyed hash."""
    return f'"address_key": "{person.address_key}", "length"'


def test_a_delivery_keeps_its_row_and_loses_the_person(delivery: Delivery) -> None:
    personal_data.erase("ada@example.org")

    delivery.refresh_from_db()
    assert delivery.address is None
    assert delivery.subscription is None
    assert delivery.address_key.startswith("erased-")
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, SkipReason.ENDED)


def test_a_delivery_in_mid_call_is_cut_loose_too(delivery: Delivery) -> None:
    Delivery.objects.update(state=DeliveryState.SUBMITTING)

    personal_data.erase("ada@example.org")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.address) == (DeliveryState.UNKNOWN, None)


def test_a_suppression_outlives_the_person_and_is_not_made_by_erasing(
    ada: Subscriber, grace: Subscriber
) -> None:
    actions.suppress(ada.address_key, EndReason.COMPLAINED)

    personal_data.erase("ada@example.org")
    personal_data.erase("grace@example.org")

    assert [each.address_key for each in Suppression.objects.all()] == [ada.address_key]


def test_proof_stays_of_those_who_confirmed_and_of_nobody_else(
    ada: Subscriber, ben: SignupRequest
) -> None:
    personal_data.erase("ada@example.org")
    personal_data.erase("ben@example.org")

    kinds = Consent.objects.of(ada.address_key).values_list("kind", flat=True)
    assert list(kinds) == ["requested", "confirmed", "erased"]
    assert not Consent.objects.of(ben.address_key).exists()
    assert ConsentChain.objects.count() == 1


def test_the_erased_may_come_back_like_anybody(ada: Subscriber, newsletter: Newsletter) -> None:
    personal_data.erase("ada@example.org")

    request = actions.subscribe(
        address="ada@example.org", newsletters=[newsletter], locale="de", source=""
    )

    assert actions.confirm(request)
    assert Subscription.objects.deliverable().count() == 1


@pytest.mark.parametrize("person", ["ada", "ben"])
def test_no_name_of_a_row_says_who_it_is(person: str, request: pytest.FixtureRequest) -> None:
    row = request.getfixturevalue(person)

    assert "@" not in f"{row} {row!r}"
