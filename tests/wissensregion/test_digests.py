"""Once a week the office is told what ends, each in their language, and of what is theirs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.newsletter import issues
from wissensregion.models import Digest
from wissensregion.seeding import offices

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from home.models import HomePage
    from wissensregion.models import SiteImage, User

pytestmark = pytest.mark.django_db

SUNDAY, MONDAY = "2026-11-29T12:00:00+01:00", "2026-11-30T07:30:00+01:00"


@pytest.fixture
def editor(
    home: HomePage, photo: SiteImage, editor: User, time_machine: TimeMachineFixture
) -> User:
    """Someone of the office who reads English, and has a story with a picture that soon ends."""
    time_machine.move_to(SUNDAY, tick=False)
    offices.give_rights()
    UserProfile.objects.create(user=editor, preferred_language="en")
    photo.licence_until = date(2026, 12, 24)
    photo.save()
    issues.story(home, photo, slug="preis", title="Preis")
    return editor


@pytest.fixture
def tick(
    django_capture_on_commit_callbacks: Callable[..., Any], time_machine: TimeMachineFixture
) -> Callable[[str], None]:
    def tick(at: str) -> None:
        time_machine.move_to(at, tick=False)
        with django_capture_on_commit_callbacks(execute=True):
            call_command("clock", "--once")

    return tick


def test_the_mail_comes_once_a_week_and_says_where_it_stands(
    editor: User, tick: Callable[[str], None]
) -> None:
    # The mail of the week before was sent long ago.
    Digest.objects.create(user=editor, week=date(2026, 11, 23), sent_at=editor.date_joined)
    for at in (SUNDAY, "2026-11-30T06:59:00+01:00", MONDAY, MONDAY, "2026-12-06T23:00:00+01:00"):
        tick(at)

    (letter,) = mail.outbox
    assert letter.to == ["editor@example.org"]
    assert letter.subject == "1 right or figure expires"
    assert "Licence of a picture: Foto (" in letter.body
    assert "in 24 days" in letter.body
    assert "Used on: Preis (de) http" in letter.body
    assert reverse("expiring_report") in letter.body
    tick("2026-12-07T08:00:00+01:00")
    assert len(mail.outbox) == 2


def test_who_switched_it_off_gets_none(
    client: Client, editor: User, tick: Callable[[str], None]
) -> None:
    client.force_login(editor)
    account = reverse("wagtailadmin_account")
    assert 'name="digest-wants_digest"' in client.get(account).content.decode()
    own = {
        "name_email-first_name": "E", "name_email-last_name": "M",
        "name_email-email": "editor@example.org", "locale-preferred_language": "en",
        "theme-theme": "system", "theme-contrast": "system", "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }  # fmt: skip
    client.post(account, own)
    editor.refresh_from_db()
    assert not editor.wants_digest

    tick(MONDAY)

    assert mail.outbox == []


def test_a_mail_server_that_is_away_costs_an_hour_and_tells_no_address(
    editor: User,
    tick: Callable[[str], None],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tick(MONDAY)
    settings.EMAIL_BACKEND = working
    tick("2026-11-30T08:00:00+01:00")
    assert mail.outbox == []
    assert "ConnectionRefusedError" in caplog.text
    assert "@" not in caplog.text

    tick("2026-11-30T08:31:00+01:00")

    assert len(mail.outbox) == 1
