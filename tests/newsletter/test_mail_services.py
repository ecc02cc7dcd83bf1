"""Handing mail to services: what goes over the wire, and what their answers mean."""

from __future__ import annotations

import inspect
import json
import socket
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from newsletter import mail
from newsletter.mail import Failure, single
from tests.live.ports import free_port
from wissensregion.settings.env import MAIL_SERVICES

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.newsletter.service import Service

HEADERS = {
    "List-Unsubscribe": "<https://www.example.org/newsletter/one-click/abc/>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Id": "Newsletter <newsletter.example.org>",
}
MESSAGE = mail.Message(
    to="Ada@example.org",
    subject="Neues vom Rhein – für Sie",
    text="Guten Tag",
    html="<p>Guten Tag</p>",
    headers=HEADERS,
    metadata={"delivery": "k3y"},
)
POSTMARK = {
    "To": "Ada@example.org", "SubmittedAt": "2026-11-23T12:00:00Z", "ErrorCode": 0,
    "MessageID": "pm-1", "Message": "OK",
}  # fmt: skip
ACCEPTED: dict[str, Any] = {
    "brevo": {"messageId": "<br-1@example.org>"},
    "mailjet": {
        "Messages": [
            {
                "Status": "success",
                "To": [{"Email": "Ada@example.org", "MessageID": 7, "MessageUUID": "u"}],
            }
        ]
    },
    "postmark": POSTMARK,
    "mailgun": {"id": "<mg-1@example.org>", "message": "Queued. Thank you."},
}
IDS = {
    "brevo": "<br-1@example.org>", "mailjet": "7", "postmark": "pm-1",
    "mailgun": "<mg-1@example.org>",
}  # fmt: skip


@pytest.fixture
def brevo(service: Service, settings: Settings) -> Service:
    settings.EMAIL_BACKEND = "anymail.backends.brevo.EmailBackend"
    service.accepts(ACCEPTED["brevo"])
    return service


def failure_of(message: mail.Message = MESSAGE) -> Failure:
    with pytest.raises(mail.MailError) as caught:
        mail.send(message)
    assert "@" not in caught.value.reason
    return caught.value.failure


def test_one_person_gets_one_mail_with_all_its_headers(name: str, service: Service) -> None:
    service.accepts(ACCEPTED[name])

    message_id = mail.send(MESSAGE)

    (call,) = service.calls
    text = json.dumps(call["sent"], ensure_ascii=False)
    assert message_id == IDS[name]
    assert text.count("Ada@example.org") == 1
    for value in (*HEADERS, "one-click/abc", "newsletter.example.org", "k3y", MESSAGE.subject):
        assert value in text, value


def test_no_service_is_asked_to_track(name: str, service: Service) -> None:
    service.accepts(ACCEPTED[name])

    mail.send(MESSAGE)

    sent = service.calls[0]["sent"]
    if name == "mailjet":
        sent = sent["Globals"] | sent["Messages"][0]
    wanted: dict[str, dict[str, Any]] = {
        "brevo": {},  # Set in the account; the option with a message does not exist.
        "mailjet": {"TrackOpens": "disabled", "TrackClicks": "disabled"},
        "postmark": {"TrackOpens": False, "TrackLinks": "None"},
        "mailgun": {"o:tracking-clicks": ["no"], "o:tracking-opens": ["no"]},
    }
    assert {key: sent[key] for key in wanted[name]} == wanted[name]


def test_what_a_service_takes_with_each_message_is_known_from_its_adapter() -> None:
    for name in MAIL_SERVICES:
        if name == "amazon_ses":  # It has a payload for each of its calls.
            continue
        module = import_module(f"anymail.backends.{name}")
        payload = next(
            cls
            for cls_name, cls in inspect.getmembers(module, inspect.isclass)
            if cls_name.endswith("Payload") and cls.__module__ == module.__name__
        )
        esp = module.EmailBackend.esp_name

        assert ("set_track_clicks" in vars(payload)) == (esp in single.TRACKING_PER_MESSAGE), esp
        assert ("set_metadata" not in vars(payload)) == (esp in single.WITHOUT_METADATA), esp


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, '{"code": "invalid_parameter"}', Failure.REFUSED),
        (413, "", Failure.REFUSED),
        (422, "{}", Failure.REFUSED),
        (401, '{"message": "Key not found"}', Failure.NOT_ACCEPTED),
        (402, "{}", Failure.NOT_ACCEPTED),
        (403, "{}", Failure.NOT_ACCEPTED),
        (404, "<html>", Failure.NOT_ACCEPTED),
        (429, "{}", Failure.NOT_ACCEPTED),
        (408, "", Failure.UNKNOWN),
        (500, "oops", Failure.UNKNOWN),
        (502, "", Failure.UNKNOWN),
        (503, "", Failure.UNKNOWN),
        (200, "<html>accepted?</html>", Failure.UNKNOWN),
        (200, '{"messageId', Failure.UNKNOWN),
    ],
)
def test_what_an_answer_means(status: int, body: str, failure: Failure, brevo: Service) -> None:
    brevo.status, brevo.body = status, body

    assert failure_of() == failure
    assert len(brevo.calls) == 1


@pytest.mark.parametrize(
    "said",
    [
        "You tried to send to a recipient that has been marked as inactive.\n"
        "Found inactive addresses: ada@example.org.\nInactive recipients are ones that …",
        "Some day they may say it in other words, to Ada@example.org.",
    ],
)
def test_an_address_the_service_has_blocked_is_refused_for_good(
    said: str, service: Service, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    service.status = 422
    service.accepts({"ErrorCode": 406, "Message": said})

    assert failure_of() == Failure.REFUSED


def test_an_answer_too_late_may_have_been_a_yes(brevo: Service, settings: Settings) -> None:
    settings.ANYMAIL |= {"REQUESTS_TIMEOUT": (0.5, 0.2)}
    brevo.delay = 1

    assert failure_of() == Failure.UNKNOWN


def test_a_connection_cut_in_mid_answer_may_have_been_a_yes(brevo: Service) -> None:
    brevo.hangs_up = True

    assert failure_of() == Failure.UNKNOWN


def test_where_nobody_listens_nothing_was_sent(brevo: Service, settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "BREVO_API_URL": f"http://127.0.0.1:{free_port()}/"}

    assert failure_of() == Failure.NOT_ACCEPTED


def test_where_nobody_answers_the_door_nothing_was_sent(brevo: Service, settings: Settings) -> None:
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(3):  # Fills the queue of those who wait, so the next one gets no answer.
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        settings.ANYMAIL = {**settings.ANYMAIL, "BREVO_API_URL": url}

        assert failure_of() == Failure.NOT_ACCEPTED


def test_without_a_name_server_nothing_was_sent(
    brevo: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert failure_of() == Failure.NOT_ACCEPTED


def test_where_the_certificate_fails_nothing_was_sent(brevo: Service, settings: Settings) -> None:
    secure = brevo.url.replace("http:", "https:")
    settings.ANYMAIL = {**settings.ANYMAIL, "BREVO_API_URL": f"{secure}/v3/"}

    assert failure_of() == Failure.NOT_ACCEPTED
    assert brevo.calls == []


@pytest.mark.parametrize("evil", ["a\r\nBcc: b@example.org", "a\nb", "a\x00", "a\u2028b", "a\x85"])
@pytest.mark.parametrize("where", ["subject", "to", "from_email", "header", "name", "metadata"])
def test_no_header_gets_in_through_any_value(where: str, evil: str, brevo: Service) -> None:
    values: dict[str, Any] = {"to": "ada@example.org", "subject": "Guten Tag", "text": "…"}
    values |= {
        "header": {"headers": {"List-Id": evil}},
        "name": {"headers": {evil: "x"}},
        "metadata": {"metadata": {"delivery": evil}},
    }.get(where, {where: evil})

    assert failure_of(mail.Message(**values)) == Failure.REFUSED
    assert brevo.calls == []


@pytest.mark.parametrize(
    "to", ["a@example.org,b@example.org", "Ada <a@example.org>", "a@müller.example", "ada", ""]
)
def test_one_message_goes_to_one_plain_address(to: str, brevo: Service) -> None:
    assert failure_of(mail.Message(to=to, subject="Guten Tag", text="…")) == Failure.REFUSED
    assert brevo.calls == []


def test_many_messages_share_a_connection(brevo: Service) -> None:
    with mail.open_connection() as connection:
        for _ in range(3):
            mail.send(MESSAGE, connection=connection)

    assert len(brevo.calls) == 3
