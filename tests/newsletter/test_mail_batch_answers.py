"""What the answer to a call with many mails means, for the call and for each person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from newsletter import mail
from newsletter.mail import Cause, Failure, Verdict
from newsletter.mail.answers import retry_after
from tests.newsletter.delivering import (
    DELIVERED,
    mailjet_no,
    mailjet_yes,
    postmark_no,
    postmark_yes,
    yes,
)
from tests.newsletter.test_mail_batches import PEOPLE, letter

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from newsletter.mail import Receipt
    from tests.newsletter.service import Service

THREE = PEOPLE[:3]


@pytest.fixture
def use(settings: Settings) -> Callable[[str], None]:
    def use(name: str) -> None:
        settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"

    return use


def carry(recipients: list[Any] = THREE, **kwargs: Any) -> Receipt:
    receipt = mail.carrier().carry(letter(), recipients, **kwargs)
    assert "@" not in receipt.reason
    assert not [answer for answer in receipt.answers.values() if "@" in answer.reason]
    return receipt


def failures(receipt: Receipt) -> list[Failure | None]:
    """Return what became of each of the three."""
    assert receipt.verdict == Verdict.ACCEPTED, receipt
    return [receipt.answers[recipient.key].failure for recipient in THREE]


def test_a_yes_names_the_message_of_each(name: str, service: Service) -> None:
    service.answers = lambda call: yes(name, call["sent"])

    receipt = carry()

    assert failures(receipt) == [None, None, None]
    ids = [receipt.answers[recipient.key].message_id for recipient in THREE]
    expected: dict[str, Callable[[str], str]] = {
        "brevo": lambda key: f"<br-{key}@example.org>",
        "mailgun": lambda _key: "<mg-1@example.org>",
        "mailjet": lambda key: f"mj-{key}",
        "postmark": lambda key: f"pm-{key}",
    }
    assert ids == [expected[name](recipient.key) for recipient in THREE]


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (301, Cause.ACCOUNT),
        (400, Cause.CONTENT),
        (401, Cause.ACCOUNT),
        (402, Cause.ACCOUNT),
        (403, Cause.ACCOUNT),
        (404, Cause.ACCOUNT),
        (413, Cause.TOO_LARGE),
        (422, Cause.CONTENT),
        (429, Cause.THROTTLED),
    ],
)
def test_a_no_says_what_helps(name: str, status: int, cause: Cause, service: Service) -> None:
    service.status = status
    service.body = '{"code": "x", "message": "No, ada@example.org"}'
    if status == 301:
        service.headers = {"Location": f"{service.url}/elsewhere/"}

    receipt = carry()

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, cause)
    assert receipt.status == status
    assert receipt.reason == f"The mail service answered {status}. No, …"
    assert not receipt.answers


@pytest.mark.parametrize("status", [303, 408, 500, 502, 503, 504])
def test_an_error_of_the_service_may_hide_a_yes(name: str, status: int, service: Service) -> None:
    service.status = status

    receipt = carry()

    assert (receipt.verdict, receipt.status) == (Verdict.UNKNOWN, status)
    assert len(service.calls) == 1


@pytest.mark.parametrize(
    "body",
    ["", "<html>OK</html>", '{"messageIds": ["a', "[]", "{}", "null", "7", '"yes"', "[1, 2, 3]",
     '{"messageIds": {"a": 1}}', '{"messageIds": [1, 2, 3]}', '{"id": 7, "message": null}',
     '{"id": "x", "message": "Hello"}', '{"Messages": [{}, {}, {}]}', '{"Messages": 3}',
     '[{}, {}, {}]', '[{"ErrorCode": "a"}, 1, null]', '{"ErrorCode": 12}'],
)  # fmt: skip
def test_a_yes_in_other_words_stays_unknown(name: str, body: str, service: Service) -> None:
    service.body = body

    assert carry().verdict == Verdict.UNKNOWN


@pytest.mark.parametrize("status", [400, 401, 422, 429])
@pytest.mark.parametrize(
    "body", ["", "<html>", "null", "[]", '{"Messages": 3}', '{"ErrorCode": []}']
)
def test_a_no_in_any_words_is_a_no(name: str, status: int, body: str, service: Service) -> None:
    service.status, service.body = status, body

    assert carry().verdict == Verdict.NOT_ACCEPTED


def test_how_long_to_wait_is_read_in_seconds_and_as_a_date(name: str, service: Service) -> None:
    service.status = 429
    service.headers = {"Retry-After": "17"}
    assert carry().retry_after == 17

    later = datetime.now(UTC) + timedelta(seconds=90)
    service.headers = {"Retry-After": format_datetime(later, usegmt=True)}
    assert carry().retry_after == pytest.approx(90, abs=3)

    service.headers = {}
    assert carry().retry_after is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("-5", 0), ("1.5", 1.5), ("soon", None), ("inf", None), ("nan", None), ("", None),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 99 Oct 2015", None)],
)  # fmt: skip
def test_a_strange_time_to_wait_does_no_harm(value: str, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_brevo_naming_fewer_messages_leaves_all_unknown(
    service: Service, use: Callable[[str], None]
) -> None:
    use("brevo")
    service.accepts({"messageIds": ["<a@x>", "<b@x>"]})

    receipt = carry()

    assert receipt.verdict == Verdict.UNKNOWN
    assert receipt.reason == "Brevo named 2 messages for 3 recipients."


def test_brevo_takes_a_call_once_and_a_second_time_is_no_reason_to_halve_it(
    service: Service, use: Callable[[str], None]
) -> None:
    use("brevo")
    service.status = 400
    service.accepts({"code": "duplicate_parameter", "message": "Key already used"})

    assert carry(idempotency_key="attempt-7").verdict == Verdict.UNKNOWN
    carry(idempotency_key="attempt-7")
    carry(PEOPLE[:2], idempotency_key="attempt-7")
    carry(idempotency_key="attempt-8")
    keys = [call["sent"]["headers"]["idempotencyKey"] for call in service.calls]
    assert keys[0] == keys[1]
    assert len({str(UUID(key)) for key in keys}) == 3


def test_mailgun_without_its_api_is_a_wrong_setting(
    service: Service, use: Callable[[str], None]
) -> None:
    use("mailgun")
    service.body = "Mailgun Magnificent API"

    receipt = carry()

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, Cause.ACCOUNT)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("no", "failure"),
    [
        (mailjet_no(), Failure.REFUSED),
        (mailjet_no(403, "From"), Failure.NOT_ACCEPTED),
        (mailjet_no(400, "HTMLPart"), Failure.NOT_ACCEPTED),
        (mailjet_no(500, ""), Failure.NOT_ACCEPTED),
    ],
)
def test_mailjet_answers_for_each(
    status: int, no: Any, failure: Failure, service: Service, use: Callable[[str], None]
) -> None:
    use("mailjet")
    service.status = status

    def answer(call: Any) -> Any:
        first, _second, third = DELIVERED["mailjet"](call["sent"])
        return {"Messages": [mailjet_yes(first), no, mailjet_yes(third)]}

    service.answers = answer

    assert failures(carry()) == [None, failure, None]


@pytest.mark.parametrize(
    ("no", "failure"),
    [
        (postmark_no(), Failure.REFUSED),
        (postmark_no(300, "Invalid 'To' address: 'ada@example.org'."), Failure.REFUSED),
        (postmark_no(300, "Invalid 'From' address."), Failure.NOT_ACCEPTED),
        (postmark_no(100, "Maintenance"), Failure.NOT_ACCEPTED),
        (postmark_no(405, "Not allowed to send"), Failure.NOT_ACCEPTED),
        (postmark_no(0, "Message OK, but will not deliver to these …"), Failure.REFUSED),
    ],
)
def test_postmark_answers_for_each(
    no: Any, failure: Failure, service: Service, use: Callable[[str], None]
) -> None:
    use("postmark")

    def answer(call: Any) -> Any:
        first, _second, third = DELIVERED["postmark"](call["sent"])
        return [postmark_yes(first), no, postmark_yes(third)]

    service.answers = answer

    assert failures(carry()) == [None, failure, None]


@pytest.mark.parametrize(("name", "all_of_them"), [
    ("mailjet", {"Messages": [mailjet_no()] * 3}), ("postmark", [postmark_no()] * 3),
])  # fmt: skip
def test_where_all_are_refused_each_is(
    name: str, all_of_them: Any, service: Service, use: Callable[[str], None]
) -> None:
    use(name)
    service.body = json.dumps(all_of_them)

    assert failures(carry()) == [Failure.REFUSED] * 3


@pytest.mark.parametrize(("name", "said", "cause"), [
    ("mailjet", {"Messages": [mailjet_no(401, "From")] * 3}, Cause.ACCOUNT),
    ("mailjet", {"Messages": [mailjet_no(429, "")] * 3}, Cause.THROTTLED),
    ("mailjet", {"Messages": [mailjet_no(400, "HTMLPart")] * 3}, Cause.CONTENT),
    ("postmark", [postmark_no(405, "Not allowed to send")] * 3, Cause.ACCOUNT),
    ("postmark", [postmark_no(429, "Rate limit")] * 3, Cause.THROTTLED),
    ("postmark", [postmark_no(300, "Invalid 'From' address.")] * 3, Cause.CONTENT),
    ("postmark", [postmark_no(100, "Maintenance")] * 3, None),
    ("postmark", [postmark_no(405, "No")] * 2 + [postmark_no(429, "Slower")], None),
])  # fmt: skip
def test_where_all_fail_alike_it_is_about_the_call(
    name: str, said: Any, cause: Cause | None, service: Service, use: Callable[[str], None]
) -> None:
    use(name)
    service.body = json.dumps(said)

    receipt = carry()

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, cause)
    assert not receipt.answers


@pytest.mark.parametrize(
    ("code", "cause"), [(10, Cause.ACCOUNT), (405, Cause.ACCOUNT), (429, Cause.THROTTLED),
                        (402, Cause.CONTENT)],
)  # fmt: skip
def test_postmark_says_422_to_much_that_is_not_about_the_mail(
    code: int, cause: Cause, service: Service, use: Callable[[str], None]
) -> None:
    use("postmark")
    service.status = 422
    service.accepts({"ErrorCode": code, "Message": "No"})

    assert carry().cause == cause


@pytest.mark.parametrize("said", [[mailjet_yes], [postmark_yes]], ids=["mailjet", "postmark"])
def test_answers_for_fewer_than_asked_leave_all_unknown(
    said: Any, service: Service, use: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    use(name)
    (make,) = said

    def answer(call: Any) -> Any:
        some = [make(one) for one in DELIVERED[name](call["sent"])[:2]]
        return {"Messages": some} if name == "mailjet" else some

    service.answers = answer

    assert carry().verdict == Verdict.UNKNOWN
