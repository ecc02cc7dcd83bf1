"""The traps of calls for many: what would go out wrong stays here, and says why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from anymail.exceptions import AnymailCancelSend
from anymail.signals import pre_send
from django.db import transaction
from django.db.transaction import TransactionManagementError

from newsletter import mail
from newsletter.mail import Cause, Verdict
from newsletter.mail.audit import Audited
from newsletter.mail.carriers import BATCHING, SERVICES
from tests.newsletter.delivering import DELIVERED, yes
from tests.newsletter.test_mail_batches import PEOPLE, letter, lowered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from newsletter.mail.terms import Recipient
    from tests.newsletter.service import Service

THREE = PEOPLE[:3]
# B.4 of what services do to headers: each of these may be lost where it is said once for all.
LIST_HEADERS = {
    "list-unsubscribe", "list-unsubscribe-post", "list-id", "auto-submitted", "feedback-id",
}  # fmt: skip


@pytest.fixture
def service(service: Service, name: str) -> Service:
    service.answers = lambda call: yes(name, call["sent"])
    return service


def stopped(recipients: list[Recipient], of: Any = None, cause: Cause = Cause.CONTENT) -> str:
    """Return why a call was not made."""
    receipt = mail.carrier().carry(of or letter(), recipients)
    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, cause), receipt
    assert not receipt.answers
    assert "@" not in receipt.reason
    return receipt.reason


def test_an_address_with_umlauts_in_its_domain_does_not_go_out(service: Service) -> None:
    odd = replace(PEOPLE[5], address="ben@müller.example")

    assert stopped([*THREE, odd]) == "A recipient is not one plain address."
    assert service.calls == []


@pytest.mark.parametrize(
    "address",
    ["", "ada", "a@b@c", "a@b, c@d", "Ada <a@example.org>", '"a b"@example.org', "a@[127.0.0.1]",
     "a@example.org\r\nBcc: b@example.org", "a@example.org\n", "ä@example.org", "a(b)@example.org"],
)  # fmt: skip
def test_what_is_not_one_plain_address_does_not_go_out(address: str, service: Service) -> None:
    assert "plain address" in stopped([*THREE, replace(PEOPLE[5], address=address)])
    assert service.calls == []


def test_two_spellings_of_one_address_do_not_share_a_call(service: Service) -> None:
    again = replace(PEOPLE[5], address=THREE[0].address.lower())

    assert stopped([*THREE, again]) == "Two recipients of one call share an address."
    assert service.calls == []


def test_two_recipients_do_not_share_a_key(service: Service) -> None:
    again = replace(PEOPLE[5], key=THREE[0].key)

    assert stopped([*THREE, again]) == "Two recipients of one call share a delivery key."
    assert service.calls == []


@pytest.mark.parametrize("evil", ["a\r\nBcc: b@example.org", "a\nb", "a\x00", "a\u2028b", "a\x85"])
@pytest.mark.parametrize("where", ["subject", "sender", "header", "name", "key"])
def test_no_header_gets_in_through_any_value(where: str, evil: str, service: Service) -> None:
    last = PEOPLE[5]
    of = letter()
    match where:
        case "subject":
            of = letter(subject=evil)
        case "sender":
            of = letter(from_email=evil)
        case "header":
            last = replace(last, headers={**last.headers, "List-Id": evil})
        case "name":
            last = replace(last, headers={**last.headers, evil: "x"})
        case "key":
            last = replace(last, key=evil)

    # What is wrong for everybody is not sought among them.
    cause = Cause.ACCOUNT if where in {"subject", "sender"} else Cause.CONTENT
    assert "line break or control character" in stopped([*THREE, last], of, cause)
    assert service.calls == []


def test_a_copy_without_its_link_does_not_go_out(service: Service) -> None:
    lacking = replace(PEOPLE[5], values={})

    reason = "A copy has nothing to put in the place of unsubscribe."
    assert stopped([*THREE, lacking]) == reason
    assert service.calls == []


@pytest.mark.parametrize("count", [1, 2])
def test_every_list_header_is_in_every_copy(name: str, count: int, service: Service) -> None:
    mail.carrier().carry(letter(), PEOPLE[:count])

    for one in DELIVERED[name](service.calls[0]["sent"]):
        assert set(lowered(one.headers)) >= LIST_HEADERS


def test_postmark_never_takes_its_bulk_way_where_copies_share_an_id(
    name: str, service: Service, settings: Settings
) -> None:
    settings.ANYMAIL |= {"POSTMARK_USE_BULK_API": True}

    receipt = mail.carrier().carry(letter(), THREE)

    assert receipt.verdict == Verdict.ACCEPTED
    assert "bulk" not in service.calls[0]["path"]


def spoil_address(call: Any) -> None:
    call.to[1] = call.to[1].upper()


def spoil_order(call: Any) -> None:
    call.to.reverse()


def add_somebody(call: Any) -> None:
    call.to.append("eve@example.org")


def copy_somebody(call: Any) -> None:
    call.cc.append("eve@example.org")


def copy_blindly(call: Any) -> None:
    call.bcc.append("eve@example.org")


def lose_somebody(call: Any) -> None:
    del call.to[1]


def lose_all_that_differs(call: Any) -> None:
    for each in ("merge_headers", "merge_metadata", "merge_data"):
        vars(call).pop(each, None)


def lose_one_header(call: Any) -> None:
    del call.merge_headers[THREE[1].address]["List-Unsubscribe"]


def lose_headers_of_one(call: Any) -> None:
    del call.merge_headers[THREE[1].address]


def lose_one_key(call: Any) -> None:
    del call.merge_metadata[THREE[1].address]


def swap_keys(call: Any) -> None:
    keys, (first, second) = call.merge_metadata, (THREE[0].address, THREE[1].address)
    keys[first], keys[second] = keys[second], keys[first]


def lose_links_of_one(call: Any) -> None:
    if "merge_data" in vars(call):
        call.merge_data[THREE[1].address] = {}
    else:
        call.body, call.alternatives = "", []


@pytest.fixture
def meddle() -> Iterator[Callable[[Callable[[Any], None]], None]]:
    """Let somebody's receiver of Anymail's signal change what goes out."""
    receivers: list[Any] = []

    def meddle(change: Callable[[Any], None]) -> None:
        def receiver(message: Any, **kwargs: Any) -> None:
            change(message)

        receivers.append(receiver)
        pre_send.connect(receiver)

    yield meddle
    for receiver in receivers:
        pre_send.disconnect(receiver)


@pytest.mark.parametrize(
    "change",
    [spoil_address, spoil_order, add_somebody, copy_somebody, copy_blindly, lose_somebody,
     lose_all_that_differs, lose_one_header, lose_headers_of_one, lose_one_key, swap_keys,
     lose_links_of_one],
)  # fmt: skip
def test_a_call_that_does_not_match_its_recipients_is_not_made(
    change: Callable[[Any], None],
    service: Service,
    meddle: Callable[[Callable[[Any], None]], None],
) -> None:
    meddle(change)

    assert stopped(THREE, cause=Cause.ACCOUNT).endswith("Nothing was sent.")
    assert service.calls == []


@pytest.mark.parametrize("option", ["track_opens", "track_clicks"])
def test_a_call_that_asks_for_tracking_is_not_made(
    option: str, service: Service, meddle: Callable[[Callable[[Any], None]], None]
) -> None:
    meddle(lambda call: vars(call).update({option: True}))

    stopped(THREE, cause=Cause.ACCOUNT)
    assert service.calls == []


@pytest.mark.parametrize(
    "defaults",
    [{"bcc": ["eve@example.org"]}, {"to": ["eve@example.org"]}, {"cc": ["e@example.org"]}],
)
def test_settings_add_no_recipient(
    defaults: dict[str, Any], service: Service, settings: Settings
) -> None:
    settings.ANYMAIL |= {"SEND_DEFAULTS": defaults}

    stopped(THREE, cause=Cause.ACCOUNT)
    assert service.calls == []


def test_a_cancelled_call_was_not_made(
    service: Service, meddle: Callable[[Callable[[Any], None]], None]
) -> None:
    def cancel(call: Any) -> None:
        raise AnymailCancelSend

    meddle(cancel)

    stopped(THREE, cause=Cause.ACCOUNT)
    assert service.calls == []


def test_features_left_out_in_silence_are_refused(
    name: str, service: Service, settings: Settings
) -> None:
    settings.ANYMAIL |= {
        "IGNORE_UNSUPPORTED_FEATURES": True, "SEND_DEFAULTS": {"envelope_sender": "b@example.org"},
    }  # fmt: skip

    receipt = mail.carrier().carry(letter(), THREE)

    refuses = name in {"brevo", "postmark"}  # The others have it.
    assert (receipt.cause == Cause.ACCOUNT) is refuses
    assert len(service.calls) == (0 if refuses else 1)


def test_every_adapter_is_audited() -> None:
    for carrier in SERVICES:
        payload = carrier.backend.payload  # type: ignore[attr-defined]
        assert issubclass(payload, Audited)
        assert payload.__mro__.index(Audited) == 1
        converters = {name: converter for name, _combine, converter in payload.base_message_attrs}
        assert converters["to"].__name__ == "plain_addresses"


@pytest.mark.django_db
def test_no_service_is_called_within_a_transaction(service: Service) -> None:
    carrier = mail.carrier()
    with transaction.atomic(), pytest.raises(TransactionManagementError):
        carrier.carry(letter(), THREE)
    assert service.calls == []

    # Only the transaction around a test is no reason to stop.
    assert carrier.carry(letter(), THREE).verdict == Verdict.ACCEPTED


@pytest.mark.django_db
def test_after_a_transaction_the_call_is_made(service: Service) -> None:
    with transaction.atomic(durable=True):
        pass

    assert mail.carrier().carry(letter(), THREE).verdict == Verdict.ACCEPTED


def test_the_carrier_is_the_one_of_the_settings(name: str, settings: Settings) -> None:
    assert mail.carrier().service == name
    assert type(mail.carrier()) is BATCHING[settings.EMAIL_BACKEND]
    assert mail.all_or_nothing(name) is (name in {"brevo", "mailgun"})
