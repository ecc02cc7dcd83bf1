"""A visitor says that something cannot be used, and the office answers within a month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from home import actions, personal_data
from home.models import AccessibilityPage, AccessibilityReport
from home.reports import SCREENS, a_month_after
from tests.home.conftest import hang
from tests.home.test_legal import STATEMENT
from wissensregion.visitors import OnPage

if TYPE_CHECKING:
    import time_machine
    from django.core.mail import EmailMessage
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from home.models import HomePage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db
DOOR = "/accessibility-report/"
NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.get_fixed_timezone(60))


@pytest.fixture(autouse=True)
def statement(home: HomePage, time_machine: time_machine.TimeMachineFixture) -> AccessibilityPage:
    cache.clear()
    time_machine.move_to(NOW, tick=False)
    return hang(home, AccessibilityPage(title="Erklärung", slug="barrierefrei", **STATEMENT))


@pytest.fixture
def stamp(time_machine: time_machine.TimeMachineFixture) -> str:
    shown = OnPage().stamp
    time_machine.shift(10)
    return shown


def send(client: Client, stamp: str, **values: str) -> Any:
    wish: dict[str, Any] = {"message": "Der Knopf fehlt.", "locale": "de", "started": stamp}
    return client.post(DOOR, {**wish, **values}, REMOTE_ADDR="192.0.2.7")


def test_a_report_is_kept_and_the_office_hears_of_it_without_its_words(
    client: Client,
    stamp: str,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, stamp, place="/suche/", address="ada@example.org")

    kept = AccessibilityReport.objects.get()
    assert (answer.status_code, bool(answer.cookies)) == (200, False)
    assert (kept.message, kept.place, kept.address) == (
        "Der Knopf fehlt.", "/suche/", "ada@example.org",
    )  # fmt: skip
    assert kept.due_on == date(2026, 12, 25)
    (mail,) = mailoutbox
    assert mail.to == ["barrierefrei@example.org"]
    assert "25. Dezember 2026" in mail.body
    assert "ada@" not in mail.body
    assert "Knopf" not in mail.body


def test_the_form_stands_on_the_statement_and_works_without_a_script(client: Client) -> None:
    shown = client.get("/barrierefrei/").content.decode()

    assert f'method="post" action="{DOOR}"' in shown
    assert "csrfmiddlewaretoken" not in shown


@pytest.mark.parametrize(
    "values",
    [
        {"message": " "},
        {"message": "x" * 4001},
        {"address": "ada@example.org\r\nBcc: ben@example.org"},
        {"address": "ada@example.org\n"},
        {"address": "nobody"},
        {"place": "/a\r\nSubject: b"},
        {"started": "forged"},
    ],
)
def test_what_makes_no_report_comes_back_and_is_not_kept(
    client: Client, stamp: str, values: dict[str, str]
) -> None:
    answer = send(client, stamp, **values)

    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert not AccessibilityReport.objects.exists()


def test_a_robot_hears_the_same_and_nothing_is_kept(client: Client, stamp: str) -> None:
    answer = send(client, stamp, homepage="https://example.org")

    assert answer.content == send(client, stamp).content
    assert AccessibilityReport.objects.count() == 1


def test_one_network_may_send_a_few_an_hour_and_others_still_may(
    client: Client, stamp: str
) -> None:
    statuses = [send(client, stamp).status_code for _each in range(6)]
    other = client.post(
        DOOR, {"message": "Auch hier", "started": stamp}, REMOTE_ADDR="198.51.100.4"
    )

    assert statuses == [200] * 5 + [429]
    assert other.status_code == 200


def test_an_answer_is_noted_in_the_cms_and_an_overdue_one_alarms(
    client: Client, editor: User, time_machine: time_machine.TimeMachineFixture
) -> None:
    editor.is_superuser = True
    editor.save()
    kept = actions.report(message="Der Knopf fehlt.", place="", address="", language="de")
    time_machine.shift(timedelta(days=31))
    client.force_login(editor)
    alarmed = client.get(reverse("wagtailadmin_home")).content.decode()
    listed = client.get(reverse(f"{SCREENS}:list")).content.decode()

    client.post(
        reverse(f"{SCREENS}:edit", args=[kept.pk]),
        {"answered_on": "2026-12-26", "note": "Der Knopf ist da.", "message": "Gefälscht"},
    )

    kept.refresh_from_db()
    assert "1 gemeldete Barriere ist nicht beantwortet" in alarmed
    assert "überfällig" in listed
    assert (kept.answered_on, kept.message) == (date(2026, 12, 26), "Der Knopf fehlt.")
    assert not AccessibilityReport.objects.overdue().exists()
    assert "nicht beantwortet" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_nobody_adds_a_report_in_the_cms(client: Client, editor: User) -> None:
    editor.is_superuser = True
    editor.save()
    client.force_login(editor)
    add = reverse(f"{SCREENS}:add")

    assert client.get(add).status_code == 302


def test_what_a_person_reported_is_handed_over_and_erased() -> None:
    for address in ("ada@example.org", "ben@example.org", ""):
        actions.report(message="Der Knopf fehlt.", place="", address=address, language="de")

    known = personal_data.export("ADA@example.org")["accessibility_reports"]
    gone = personal_data.erase("ADA@example.org")

    assert [row["message"] for row in known] == ["Der Knopf fehlt."]
    assert gone == {"AccessibilityReport": 1}
    assert AccessibilityReport.objects.count() == 2
    assert "ada" not in str(AccessibilityReport.objects.first())


def test_a_report_goes_a_year_after_its_answer_and_not_before_one() -> None:
    kept = actions.report(message="Der Knopf fehlt.", place="", address="", language="de")
    late = timezone.now() + timedelta(days=800)

    (rule,) = personal_data.RETENTION

    assert not rule.rows(late)
    AccessibilityReport.objects.filter(pk=kept.pk).update(answered_on=date(2026, 12, 1))
    assert not rule.rows(timezone.now() + timedelta(days=360))
    assert list(rule.rows(late)) == [kept]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 25), date(2026, 12, 25)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
    ],
)
def test_a_month_ends_on_its_last_day_at_the_latest(day: date, due: date) -> None:
    assert a_month_after(day) == due
