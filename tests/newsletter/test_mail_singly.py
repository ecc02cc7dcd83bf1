"""One mail a call: any backend, over one connection, with the same words for what came of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail as outgoing
from django.db import transaction
from django.db.transaction import TransactionManagementError

from newsletter import mail
from newsletter.checks import the_mail_service_fits_a_newsletter
from newsletter.composing import render
from newsletter.mail import Cause, Failure, Verdict
from newsletter.mail.carriers import UNSUITABLE
from newsletter.mail.singly import SingleCarrier
from tests.live.ports import free_port
from tests.newsletter.service import anymail_settings
from tests.newsletter.test_mail_batches import PEOPLE, letter

if TYPE_CHECKING:
    from pytest_django import Settings

    from newsletter.mail import Receipt
    from tests.newsletter.service import Service
    from tests.newsletter.smtp import PickyMailbox

ADA = PEOPLE[0]


@pytest.fixture
def resend(service: Service, settings: Settings) -> Service:
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
    service.accepts({"id": "re-1"})
    return service


def carry() -> Receipt:
    return mail.carrier().carry(letter(), [ADA])


def test_a_mail_of_ones_own_reaches_the_outbox() -> None:
    carrier = mail.carrier()

    receipt = carrier.carry(letter(), [ADA])

    (sent,) = outgoing.outbox
    assert not carrier.batches
    assert (carrier.service, carrier.limit(letter())) == ("locmem", 1)
    assert receipt.verdict == Verdict.ACCEPTED
    assert receipt.answers[ADA.key].message_id == sent.extra_headers["Message-ID"]
    assert sent.to == [ADA.address]
    assert sent.body == render.fill(letter().text, ADA.values)
    assert sent.alternatives[0][0] == render.fill(letter().html, ADA.values)  # type: ignore[attr-defined]
    assert sent.extra_headers.items() >= dict(ADA.headers).items()


def test_a_mail_can_go_to_the_console(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert carry().verdict == Verdict.ACCEPTED
    assert f"To: {ADA.address}" in capsys.readouterr().out


def test_any_service_takes_one_mail_a_call(resend: Service) -> None:
    carrier = mail.carrier(max_batch=500)
    receipts = [carrier.carry(letter(), [each]) for each in PEOPLE[:3]]
    carrier.close()
    receipts.append(carrier.carry(letter(), [PEOPLE[3]]))

    assert (carrier.service, carrier.batches, carrier.limit(letter())) == ("resend", False, 1)
    assert [receipt.verdict for receipt in receipts] == [Verdict.ACCEPTED] * 4
    assert receipts[0].answers[ADA.key].message_id == "re-1"
    for each, call in zip(PEOPLE, resend.calls, strict=False):
        text = json.dumps(call["sent"])
        assert call["sent"]["to"] == [each.address]
        for value in (*each.headers, each.headers["List-Unsubscribe"], each.key):
            assert value in text


@pytest.mark.parametrize(
    ("status", "verdict", "cause"),
    [
        (400, Verdict.NOT_ACCEPTED, Cause.CONTENT),
        (401, Verdict.NOT_ACCEPTED, Cause.ACCOUNT),
        (413, Verdict.NOT_ACCEPTED, Cause.TOO_LARGE),
        (422, Verdict.NOT_ACCEPTED, Cause.CONTENT),
        (429, Verdict.NOT_ACCEPTED, Cause.THROTTLED),
        (408, Verdict.UNKNOWN, None),
        (500, Verdict.UNKNOWN, None),
    ],
)
def test_an_answer_means_the_same_as_for_many(
    status: int, verdict: Verdict, cause: Cause | None, resend: Service
) -> None:
    resend.status, resend.headers = status, {"Retry-After": "9"}

    receipt = carry()

    assert (receipt.verdict, receipt.cause, receipt.status) == (verdict, cause, status)
    assert receipt.retry_after == (9 if cause else None)


def test_a_yes_in_other_words_stays_unknown(resend: Service) -> None:
    resend.body = "<html>"

    assert carry().verdict == Verdict.UNKNOWN


@pytest.mark.parametrize("cut", ["before", "in", "after"])
def test_a_connection_cut_at_any_point_may_have_been_a_yes(cut: Any, resend: Service) -> None:
    resend.cuts = cut

    assert carry().verdict == Verdict.UNKNOWN


def test_where_nobody_listens_nothing_was_sent(resend: Service, settings: Settings) -> None:
    settings.ANYMAIL = anymail_settings(f"http://127.0.0.1:{free_port()}")

    assert carry().cause == Cause.UNREACHABLE


@pytest.mark.parametrize("broken", [{}, anymail_settings("not an address")])
def test_broken_settings_are_the_operators_affair(
    broken: dict[str, Any], resend: Service, settings: Settings
) -> None:
    settings.ANYMAIL = broken

    assert carry().cause == Cause.ACCOUNT


def test_a_mail_that_would_add_a_header_does_not_go_out(resend: Service) -> None:
    evil = replace(ADA, headers={"List-Id": "a\r\nBcc: b@example.org"})

    receipt = mail.carrier().carry(letter(), [evil])

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, Cause.CONTENT)
    assert resend.calls == []


@pytest.mark.parametrize(
    ("service_name", "said", "verdict"),
    [
        ("mailjet", {"Messages": [{"Status": "error", "Errors": []}]}, Verdict.NOT_ACCEPTED),
        ("postmark", {"ErrorCode": 300, "Message": "Invalid 'To' address …"}, Verdict.UNKNOWN),
    ],
)
def test_a_doubtful_word_of_the_service_is_no_yes(
    service_name: str, said: Any, verdict: Verdict, service: Service, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{service_name}.EmailBackend"
    service.accepts(said)

    receipt = SingleCarrier().carry(letter(), [ADA])

    assert receipt.verdict == verdict


def test_a_mailbox_that_is_busy_is_tried_again(smtp: PickyMailbox) -> None:
    smtp.answers[ADA.address] = "450 4.2.2 Mailbox full"

    receipt = SingleCarrier().carry(letter(), [ADA])

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, None)


def test_one_mailbox_that_refuses_is_about_one_recipient(smtp: PickyMailbox) -> None:
    smtp.answers[ADA.address] = "550 No such user"
    carrier = SingleCarrier()

    assert carrier.carry(letter(), [ADA]).answers[ADA.key].failure == Failure.REFUSED
    assert carrier.carry(letter(), [PEOPLE[1]]).answers[PEOPLE[1].key].failure is None


def test_a_mail_server_that_is_not_there_is_about_the_call(
    smtp: PickyMailbox, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()

    receipt = SingleCarrier().carry(letter(), [ADA])

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, Cause.UNREACHABLE)


@pytest.mark.django_db
def test_no_service_is_called_within_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(TransactionManagementError):
        carry()
    assert outgoing.outbox == []


@pytest.mark.parametrize("unfit", sorted(UNSUITABLE))
def test_a_service_that_does_not_fit_is_named_before_a_sending(
    unfit: str, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{unfit}.EmailBackend"

    (warning,) = the_mail_service_fits_a_newsletter()

    assert unfit in warning.msg
    assert UNSUITABLE[unfit] in warning.msg


def test_every_other_service_passes(name: str) -> None:
    assert the_mail_service_fits_a_newsletter() == []
