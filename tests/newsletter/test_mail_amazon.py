"""What Amazon SES does not take: read from its own words, and by its own client where that is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from anymail.exceptions import AnymailAPIError
from django.core.exceptions import ImproperlyConfigured

from newsletter import mail
from newsletter.mail import Cause, Failure, amazon
from tests.live.ports import free_port
from wissensregion.settings import env

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.newsletter.service import Service

MESSAGE = mail.Message(to="ada@example.org", subject="Neues", text="Guten Tag")


def answer(code: str, status: int, message: str = "") -> dict[str, Any]:
    """Return an error of SES as boto3 hands it on."""
    about = {"HTTPStatusCode": status, "HTTPHeaders": {}}
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": about}


@pytest.mark.parametrize(
    ("code", "status", "message", "verdict", "cause"),
    [
        ("TooManyRequestsException", 429, "", "not_accepted", Cause.THROTTLED),
        ("LimitExceededException", 400, "", "not_accepted", Cause.THROTTLED),
        ("AccountSuspendedException", 400, "", "not_accepted", Cause.ACCOUNT),
        ("InvalidClientTokenId", 403, "", "not_accepted", Cause.ACCOUNT),
        ("MessageRejected", 400, "Illegal content", "not_accepted", Cause.CONTENT),
        ("MessageRejected", 400, "Email address is not verified", "not_accepted", Cause.ACCOUNT),
        ("BadRequestException", 400, "", "not_accepted", Cause.CONTENT),
        ("InternalFailure", 500, "", "unknown", None),
        ("ServiceUnavailable", 503, "", "unknown", None),
    ],
)
def test_what_an_answer_means(
    code: str, status: int, message: str, verdict: str, cause: Cause | None
) -> None:
    receipt = amazon.read(AnymailAPIError(response=answer(code, status, message)))

    assert receipt
    assert (receipt.verdict, receipt.cause) == (verdict, cause)


def test_no_reason_holds_an_address() -> None:
    said = answer("MessageRejected", 400, "not verified: ada@example.org")

    receipt = amazon.read(AnymailAPIError(response=said))

    assert receipt
    assert "@" not in receipt.reason


def test_what_is_no_error_of_amazon_is_not_read() -> None:
    assert amazon.read(AnymailAPIError("no answer")) is None
    assert amazon.read(ImproperlyConfigured("no key")) is None


def test_amazons_client_may_make_each_call_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_SERVICE", "amazon_ses")
    monkeypatch.setitem(env.MAIL_PACKAGES, "amazon_ses", "json")

    params = env.mail()["ANYMAIL"]["AMAZON_SES_CLIENT_PARAMS"]

    assert params["config"]["retries"]["total_max_attempts"] == 1


@pytest.fixture
def ses(service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Amazon's own client with the product's settings, led to this machine."""
    # A setting that would have it call five times must not count.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    config = env.MAIL_CLIENTS["amazon_ses"]["AMAZON_SES_CLIENT_PARAMS"]["config"]
    settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    settings.ANYMAIL = {
        "AMAZON_SES_CLIENT_PARAMS": {
            "endpoint_url": service.url, "region_name": "eu-central-1",
            "aws_access_key_id": "k", "aws_secret_access_key": "s",
            "config": {**config, "read_timeout": 1},
        }
    }  # fmt: skip
    service.accepts({"MessageId": "ses-1"})
    return service


def failure() -> Failure:
    with pytest.raises(mail.MailError) as caught:
        mail.send(MESSAGE)
    return caught.value.failure


def test_a_mail_is_taken_by_its_id(ses: Service) -> None:
    assert mail.send(MESSAGE) == "ses-1"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "MessageRejected", Failure.REFUSED),
        (429, "TooManyRequestsException", Failure.NOT_ACCEPTED),
        (500, "InternalFailure", Failure.UNKNOWN),
    ],
)
def test_a_no_is_heard_once_and_understood(
    status: int, code: str, expected: Failure, ses: Service
) -> None:
    ses.status, ses.headers = status, {"x-amzn-ErrorType": code}
    ses.body = json.dumps({"message": "no"})

    assert failure() == expected
    assert len(ses.calls) == 1


def test_an_answer_too_late_is_not_asked_for_again(ses: Service) -> None:
    ses.delay = 1.5

    assert failure() == Failure.UNKNOWN
    assert len(ses.calls) == 1


def test_a_connection_that_breaks_is_not_made_again(ses: Service) -> None:
    ses.cuts = "after"

    assert failure() == Failure.UNKNOWN
    assert len(ses.calls) == 1


def test_where_nobody_listens_nothing_was_sent(ses: Service, settings: Settings) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]["endpoint_url"] = url

    assert failure() == Failure.NOT_ACCEPTED


@pytest.mark.parametrize("missing", ["region_name", "aws_access_key_id"])
def test_a_missing_setting_is_the_operators_affair(
    missing: str, ses: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    params = settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]
    for name in [missing, "aws_secret_access_key"] if missing != "region_name" else [missing]:
        del params[name]
    if missing == "region_name":
        del params["endpoint_url"]

    with pytest.raises(mail.MailError) as caught:
        mail.send(MESSAGE)

    assert caught.value.failure == Failure.NOT_ACCEPTED
    assert caught.value.receipt
    assert caught.value.receipt.cause == Cause.ACCOUNT
