"""The proof of consents: a chain that grows, and says where somebody touched it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from newsletter import guards
from newsletter.models import Consent, ConsentChain, SignupRequest, Subscriber, Suppression
from newsletter.subscriptions import actions, verifying
from newsletter.subscriptions.actions import Step
from newsletter.subscriptions.models import ConsentKind, EndReason
from newsletter.subscriptions.verifying import Fault
from tests.retaining import keep_to

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from newsletter.models import Newsletter
    from tests.newsletter.reading import Visitor


def faults() -> list[tuple[int, Fault]]:
    return [(each.seq, each.fault) for each in verifying.all_breaks()]


@pytest.fixture
def bare(db: None) -> None:
    """A database whose guards somebody has taken off."""
    guards.remove()


def test_every_step_names_the_one_before(cleo: Subscriber, ada: Subscriber) -> None:
    steps = list(Consent.objects.of(cleo.address_key).order_by("seq"))

    assert [step.kind for step in steps] == ["requested", "confirmed", "withdrawn"]
    assert [step.seq for step in steps] == [1, 2, 3]
    assert [step.prev_hash for step in steps[1:]] == [step.hash for step in steps[:-1]]
    chain = ConsentChain.objects.get(address_key=cleo.address_key)
    assert (chain.length, chain.head) == (3, steps[-1].hash)
    assert faults() == []


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (EndReason.WITHDRAWN, ConsentKind.WITHDRAWN),
        (EndReason.BOUNCED, ConsentKind.BOUNCED_OUT),
        (EndReason.COMPLAINED, ConsentKind.COMPLAINED),
    ],
)
def test_the_proof_says_why_it_ended(reason: EndReason, kind: str, ada: Subscriber) -> None:
    actions.unsubscribe(ada.subscriptions.get(), reason=reason)

    assert Consent.objects.of(ada.address_key).order_by("seq").last() == Consent.objects.get(
        kind=kind
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"source": "/elsewhere/"}, Fault.CHANGED),
        ({"kind": "imported"}, Fault.CHANGED),
        ({"locale": "en"}, Fault.CHANGED),
        ({"note": "x"}, Fault.CHANGED),
        ({"wording": None}, Fault.CHANGED),
        ({"at": datetime(2020, 1, 1, tzinfo=UTC)}, Fault.CHANGED),
        ({"network": "203.0.113.0/24"}, Fault.NETWORK),
    ],
)
def test_a_changed_step_is_found(
    change: dict[str, Any], fault: Fault, bare: None, cleo: Subscriber
) -> None:
    Consent.objects.filter(seq=2).update(**change)

    assert faults() == [(2, fault)]


def test_a_step_taken_out_or_cut_off_is_found(bare: None, cleo: Subscriber) -> None:
    Consent.objects.filter(seq=3).delete()
    assert faults() == [(3, Fault.END)]

    Consent.objects.filter(seq=1).delete()
    assert (1, Fault.MISSING) in faults()

    Consent.objects.all().delete()
    assert faults() == [(3, Fault.END)]


def test_a_rewritten_wording_is_found(bare: None, ada: Subscriber) -> None:
    step = Consent.objects.filter(seq=1).get()
    assert step.wording
    type(step.wording).objects.update(text="I agree to everything.")

    assert (1, Fault.WORDING) in faults()


def test_the_command_names_the_person_and_never_the_address(
    bare: None, ada: Subscriber, cleo: Subscriber, capsys: pytest.CaptureFixture[str]
) -> None:
    guards.install()
    call_command("verify_consents")
    assert "Whole: 5 steps of 2 people." in capsys.readouterr().out
    guards.remove()
    Consent.objects.filter(chain__address_key=ada.address_key, seq=1).update(source="x")
    guards.install()

    with pytest.raises(CommandError):
        call_command("verify_consents")

    said = capsys.readouterr().out
    assert f"subscriber {ada.public_id}), step 1: changed" in said
    assert "example.org" not in said
    assert ada.address_key not in said


def test_the_command_says_which_guard_is_missing(
    bare: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("verify_consents")

    assert "guard_consent_changes; run migrate" in capsys.readouterr().out


def test_our_own_code_cannot_change_a_step_either(ada: Subscriber) -> None:
    step = Consent.objects.of(ada.address_key)[0]
    step.source = "/elsewhere/"

    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        step.save()
    with pytest.raises(DatabaseError, match="whole of a closed chain"), transaction.atomic():
        Consent.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentChain.objects.update(length=0)

    assert faults() == []


def test_the_network_goes_after_days_and_the_chain_holds(
    visitor: Visitor, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    visitor.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    visitor.asks("dora@example.org")
    assert Consent.objects.get(seq=1).network == "198.51.100.0/24"
    assert keep_to("newsletter.networks") == 0

    visitor.clock.shift(timedelta(days=settings.NEWSLETTER_NETWORK_DAYS, seconds=1))
    assert keep_to("newsletter.networks") == 1
    assert keep_to("newsletter.networks") == 0

    step = Consent.objects.get(seq=1)
    assert (step.network, step.network_salt) == ("", "")
    assert len(step.network_seal) == 64
    assert faults() == []


def test_a_network_of_a_visitor_with_ipv6_is_shortened_too(visitor: Visitor) -> None:
    visitor.client.defaults["REMOTE_ADDR"] = "2001:db8:1234:5678::7"

    visitor.asks("dora@example.org")

    assert Consent.objects.get(seq=1).network == "2001:db8:1234:5600::/56"


def test_proof_goes_as_a_whole_after_three_full_years(
    clock: TimeMachineFixture, cleo: Subscriber, ada: Subscriber
) -> None:
    clock.move_to(datetime(2029, 12, 31, 22, 0, tzinfo=UTC))
    assert keep_to("newsletter.proof") == 0

    clock.move_to(datetime(2029, 12, 31, 23, 30, tzinfo=UTC))  # New year in Düsseldorf.
    assert keep_to("newsletter.proof") == 1

    assert not Consent.objects.of(cleo.address_key).exists()
    # Who still reads keeps the proof, however old.
    assert Consent.objects.of(ada.address_key).count() == 2
    assert faults() == []


def test_an_erasure_is_part_of_the_proof_once(ada: Subscriber, ben: SignupRequest) -> None:
    for _ in range(2):
        actions.forget(ada.address_key)
        actions.forget(ben.address_key)

    kinds = Consent.objects.order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["requested", "confirmed", "erased"]
    assert not Suppression.objects.exists()


def test_an_import_writes_whole_chains_for_many(
    newsletter: Newsletter, ada: Subscriber, clock: TimeMachineFixture
) -> None:
    step = Step(
        kind=ConsentKind.IMPORTED,
        newsletter=newsletter,
        locale="de",
        source="list of 2024",
        note="paper form, 2024-05-02",
    )
    keys = [ada.address_key, *(f"{number:064x}" for number in range(900))]

    actions.record_many({key: [step] for key in keys})

    assert ConsentChain.objects.count() == 901
    assert Consent.objects.filter(kind=ConsentKind.IMPORTED).count() == 901
    assert Consent.objects.of(ada.address_key).count() == 3
    assert faults() == []


def test_steps_are_where_they_belong_whoever_comes_first(
    newsletter: Newsletter, clock: TimeMachineFixture
) -> None:
    for name in ("dora", "eve", "DORA", "eve"):
        actions.subscribe(
            address=f"{name}@example.org", newsletters=[newsletter], locale="de", source=""
        )

    assert sorted(ConsentChain.objects.values_list("length", flat=True)) == [2, 2]
    assert faults() == []
