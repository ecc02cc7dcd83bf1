"""What is known of a call with many mails when the line breaks, at each point it can."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from newsletter import mail
from newsletter.mail import Cause, Verdict, batches
from tests.live.ports import free_port
from tests.newsletter.delivering import yes
from tests.newsletter.service import anymail_settings
from tests.newsletter.test_mail_batches import PEOPLE, letter

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.newsletter.service import Service

THREE = PEOPLE[:3]


@pytest.mark.parametrize("cut", ["before", "in", "after"])
def test_a_connection_cut_at_any_point_may_have_been_a_yes(
    name: str, cut: Any, service: Service
) -> None:
    service.cuts = cut

    assert mail.carrier().carry(letter(), THREE).verdict == Verdict.UNKNOWN


def test_a_connection_cut_in_mid_answer_may_have_been_a_yes(name: str, service: Service) -> None:
    service.hangs_up = True

    assert mail.carrier().carry(letter(), THREE).verdict == Verdict.UNKNOWN


def test_an_answer_too_late_may_have_been_a_yes(
    name: str, service: Service, settings: Settings
) -> None:
    settings.ANYMAIL |= {"REQUESTS_TIMEOUT": (0.5, 0.2)}
    service.delay = 1

    receipt = mail.carrier().carry(letter(), THREE)

    assert receipt.verdict == Verdict.UNKNOWN
    assert len(service.calls) == 1


def test_after_a_broken_call_the_next_one_goes_through(name: str, service: Service) -> None:
    carrier = mail.carrier()
    service.cuts = "after"
    assert carrier.carry(letter(), THREE).verdict == Verdict.UNKNOWN

    service.cuts, service.answers = "", lambda call: yes(name, call["sent"])
    assert carrier.carry(letter(), THREE).verdict == Verdict.ACCEPTED
    carrier.close()
    assert carrier.carry(letter(), THREE).verdict == Verdict.ACCEPTED


def test_calls_share_a_connection_that_has_not_lain_idle(
    name: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answers = lambda call: yes(name, call["sent"])
    carrier = mail.carrier()
    for _ in range(3):
        carrier.carry(letter(), THREE)
    assert (len(service.calls), service.connections) == (3, 1)

    monkeypatch.setattr(batches, "IDLE_SECONDS", 0)
    assert carrier.carry(letter(), THREE).verdict == Verdict.ACCEPTED
    assert service.connections == 2


def unreachable() -> None:
    receipt = mail.carrier().carry(letter(), THREE)
    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, Cause.UNREACHABLE), receipt


def test_where_nobody_listens_nothing_was_sent(
    name: str, service: Service, settings: Settings
) -> None:
    settings.ANYMAIL = anymail_settings(f"http://127.0.0.1:{free_port()}")

    unreachable()


def test_where_nobody_answers_the_door_nothing_was_sent(
    name: str, service: Service, settings: Settings
) -> None:
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(3):  # Fills the queue of those who wait, so the next one gets no answer.
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(deaf.getsockname())
        settings.ANYMAIL = anymail_settings(f"http://127.0.0.1:{deaf.getsockname()[1]}")

        unreachable()


def test_where_the_certificate_fails_nothing_was_sent(
    name: str, service: Service, settings: Settings
) -> None:
    settings.ANYMAIL = anymail_settings(service.url.replace("http:", "https:"))

    unreachable()
    assert service.calls == []


def test_without_a_name_server_nothing_was_sent(
    name: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    unreachable()


@pytest.mark.parametrize("broken", ["no key", "no address"])
def test_broken_settings_are_the_operators_affair(
    name: str, broken: str, service: Service, settings: Settings
) -> None:
    keys = {"no key": {}, "no address": anymail_settings("not an address")}
    settings.ANYMAIL = keys[broken]

    ours()
    assert service.calls == []


@pytest.mark.parametrize("service_name", ["brevo", "postmark"])
def test_a_key_that_fits_no_header_is_the_operators_affair(
    service_name: str, service: Service, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{service_name}.EmailBackend"
    settings.ANYMAIL |= {"BREVO_API_KEY": "a\nb", "POSTMARK_SERVER_TOKEN": "a\nb"}

    ours()
    assert service.calls == []


def ours() -> None:
    receipt = mail.carrier().carry(letter(), THREE)
    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, Cause.ACCOUNT), receipt
