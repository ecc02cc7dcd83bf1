"""At the start it is said whether a mail service tracks against our will."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsletter.checks import no_tracking_can_be_proven
from wissensregion.settings import reporting

if TYPE_CHECKING:
    from pytest_django import Settings

TO = "probe@example.org"


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("brevo", "W006"), ("postmark", "W006"), ("amazon_ses", "W006"), ("resend", "W006"),
        ("postal", "W006"), ("scaleway", "W006"), ("mailgun", "I001"), ("mailjet", "I001"),
    ],
)  # fmt: skip
def test_the_start_says_whether_a_probe_is_needed(
    service: str, told: str, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{service}.EmailBackend"

    (said,) = no_tracking_can_be_proven()
    assert said.id == f"newsletter.{told}"

    for name, value in (
        ("NEWSLETTER_PROBE_ADDRESS", TO),
        ("NEWSLETTER_PROBE_MAILBOX", {"host": "mail.example.org"}),
    ):
        setattr(settings, name, value)
        (said,) = no_tracking_can_be_proven()
        assert said.id == f"newsletter.{told.replace('W006', 'I002')}"


def test_a_mail_server_of_our_own_needs_none_and_somebody_elses_does(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert not no_tracking_can_be_proven()

    settings.NEWSLETTER_OWN_MAIL_SERVER = False
    (said,) = no_tracking_can_be_proven()
    assert "NEWSLETTER_OWN_MAIL_SERVER" in str(said.hint)


@pytest.mark.parametrize(
    ("host", "said", "ours"),
    [
        ("127.0.0.1", "", "ours"), ("mail.example.org", "", ""), (None, "", ""),
        ("127.0.0.1", "false", ""), ("mail.example.org", "true", "ours"),
    ],
)  # fmt: skip
def test_only_a_server_on_this_machine_is_taken_for_our_own(
    host: str | None, said: str, ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_OWN_MAIL_SERVER", said)

    assert reporting.own_mail_server(host) is bool(ours)


def test_the_address_of_the_probe_mailbox_is_known_before_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = {"user": "probe"}

    assert reporting.probe_address({"user": TO}) == TO
    with pytest.raises(ImproperlyConfigured, match="PROBE_ADDRESS"):
        reporting.probe_address(box)
    monkeypatch.setenv("PROBE_ADDRESS", "Probe <probe@example.org>")
    with pytest.raises(ImproperlyConfigured, match="PROBE_ADDRESS"):
        reporting.probe_address(box)
