"""The screen of a dispatch: what happens, why, what can be done, and that it was done."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Delivery, Dispatch, OperatorAct
from newsletter.sending import actions, fence, health
from newsletter.sending.accounts import EngineHost
from newsletter.sending.progress import Progress
from tests.newsletter.reporting import past_the_guards

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse
    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

    from newsletter.models import IssuePage
    from wissensregion.models import User


@pytest.fixture
def url(dispatch: Dispatch) -> str:
    return reverse("newsletter_dispatch", args=[dispatch.pk])


def act(desk: Client, dispatch: Dispatch, verb: str, **typed: str) -> _MonkeyPatchedWSGIResponse:
    return desk.post(reverse("newsletter_dispatch_act", args=[dispatch.pk, verb]), typed)


def change(dispatch: Dispatch, **values: object) -> None:
    with past_the_guards():
        Dispatch.objects.filter(pk=dispatch.pk).update(**values)


def shown(desk: Client, url: str) -> str:
    return " ".join(desk.get(url).content.decode().split())


def verbs(desk: Client, url: str) -> set[str]:
    return {choice.verb for choice, _form in desk.get(url).context["choices"]}


def test_a_button_is_there_only_for_what_is_possible_now(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    change(dispatch, hold_reason="count", ready_at=timezone.now())

    for state, possible in {
        "scheduled": {"release", "cancel"},
        "preparing": {"pause", "cancel"},
        "ready": {"pause", "cancel"},
        "held": {"release", "cancel"},
        "sending": {"pause", "cancel"},
        "paused": {"resume", "cancel"},
        "draining": set(),
        "unclear": set(),
        "completed": set(),
        "cancelled": set(),
        "failed": set(),
    }.items():
        change(dispatch, state=state)
        assert verbs(desk, url) == possible, state


def test_what_is_not_possible_does_nothing_and_says_so(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    answer = act(desk, dispatch, "release", reason="x", count="2")

    assert "Nichts geändert" in shown(desk, answer.headers["Location"])
    assert not OperatorAct.objects.filter(verb="release").exists()


def test_who_paused_it_and_why_is_said(desk: Client, dispatch: Dispatch, url: str) -> None:
    act(desk, dispatch, "pause", reason="Bild falsch")

    page = shown(desk, url)

    assert "editor hat ihn um" in page
    assert "Bild falsch" in page
    assert OperatorAct.objects.get(verb="pause").reason == "Bild falsch"


def test_to_cancel_while_it_runs_takes_a_reason(desk: Client, dispatch: Dispatch) -> None:
    assert act(desk, dispatch, "cancel").status_code == 200
    dispatch.refresh_from_db()
    assert dispatch.state == "sending"

    act(desk, dispatch, "cancel", reason="Falsche Ausgabe")
    dispatch.refresh_from_db()
    assert dispatch.state == "cancelled"


def test_it_never_says_that_nobody_has_got_anything_once_mails_were_handed_over(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    change(dispatch, state="held", hold_reason="fence")
    assert "Niemand hat etwas bekommen" not in shown(desk, url)

    change(dispatch, started_at=None)
    assert "Niemand hat etwas bekommen" in shown(desk, url)


def test_why_it_paused_by_itself_is_said_in_words(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    health.pause(dispatch.pk, health.TOO_MANY_REFUSED)
    assert "Zu viele Adressen wurden abgelehnt." in shown(desk, url)

    actions.resume(dispatch)
    health.pause(dispatch.pk, "403 Forbidden: account suspended")
    page = shown(desk, url)
    assert "lässt unser Konto oder unseren Absender nicht zu" in page
    assert "Nichts ist verloren" in page
    assert "403 Forbidden" in page


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Connection refused", "nicht zu erreichen"),
        ("429 Too Many Requests", "weniger Mails auf einmal"),
        ("535 Authentication failed", "Konto oder unseren Absender"),
        ("Something else", "nicht angenommen"),
    ],
)
def test_an_error_is_told_in_plain_words_with_what_to_do(
    desk: Client, dispatch: Dispatch, url: str, reason: str, words: str
) -> None:
    service = desk.get(reverse("newsletter_pace")).context["account"]
    service.failures = 2
    service.save()
    change(dispatch, last_error=reason)

    page = shown(desk, url)

    assert words in page
    assert reason in page


def test_the_unknown_are_named_and_sent_again_only_when_their_number_is_typed(
    desk: Client,
    dispatch: Dispatch,
    url: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with past_the_guards():
        dispatch.deliveries.update(state="unknown")
        dispatch.batches.update(state="ambiguous")
    actions.settle(dispatch.pk)
    assert Dispatch.objects.get().state in {"draining", "unclear"}
    assert "2 Empfänger sind unbekannt" in shown(desk, url)

    wrong = act(desk, dispatch, "resend", reason="Dienst hat keine", count="1")
    assert "es sind aber jetzt 2" in wrong.content.decode()
    assert not outbox.outbox
    with django_capture_on_commit_callbacks(execute=True):
        act(desk, dispatch, "resend", reason="Dienst hat keine", count="2")

    assert len(outbox.outbox) == 2
    logged = OperatorAct.objects.get(verb="resend")
    assert (logged.count, logged.reason) == (2, "Dienst hat keine")
    dispatch.refresh_from_db()
    assert dispatch.state == "completed"


def test_how_long_reports_are_waited_for_is_said(
    desk: Client, dispatch: Dispatch, url: str, settings: Settings
) -> None:
    settings.NEWSLETTER_REPORTS, settings.NEWSLETTER_RECONCILE_HOURS = True, 24
    dispatch.deliveries.update(state="unknown")
    change(dispatch, state="draining", drained_at=timezone.now() - timedelta(hours=23))
    assert "Warten Sie bis" in shown(desk, url)

    change(dispatch, drained_at=timezone.now() - timedelta(hours=25), state="unclear")
    assert "nicht mehr gewartet" in shown(desk, url)


def test_failed_ones_are_tried_again_by_their_number(
    desk: Client,
    dispatch: Dispatch,
    url: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first = dispatch.deliveries.order_by("pk")[0]
    dispatch.deliveries.filter(pk=first.pk).update(state="failed", reason="busy")
    assert "retry" in verbs(desk, url)

    with django_capture_on_commit_callbacks(execute=True):
        act(desk, dispatch, "retry", reason="Störung vorbei", count="1")

    assert len(outbox.outbox) == 2
    assert OperatorAct.objects.get(verb="retry").count == 1


def test_a_failed_one_of_a_completed_dispatch_is_not_planned_where_nobody_looks(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    dispatch.deliveries.update(state="failed")
    change(dispatch, state="completed")

    assert "retry" not in verbs(desk, url)
    assert actions.retry_failed(dispatch, None, "x", count=2) == 0
    assert not Delivery.objects.planned().exists()


def test_what_is_held_says_what_to_check_and_goes_by_the_typed_count(
    desk: Client,
    dispatch: Dispatch,
    url: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    change(dispatch, state="held", hold_reason="count", expected_count=90, started_at=None)
    page = shown(desk, url)
    assert "Freigegeben wurde er für 90 Lesende, jetzt sind es 2" in page

    assert act(desk, dispatch, "release", reason="stimmt", count="90").status_code == 200
    assert not outbox.outbox
    with django_capture_on_commit_callbacks(execute=True):
        act(desk, dispatch, "release", reason="stimmt", count="2")

    assert len(outbox.outbox) == 2


def test_what_was_found_too_late_says_so(desk: Client, dispatch: Dispatch, url: str) -> None:
    change(dispatch, state="held", hold_reason="late", not_before=timezone.now())

    assert "zu spät gefunden" in shown(desk, url)


def test_a_copied_database_is_named_and_only_those_permitted_take_it_over(
    desk: Client, sender: User, dispatch: Dispatch, url: str
) -> None:
    fence.adopt()
    EngineHost.objects.update(instance=uuid.uuid4())
    actions.continue_dispatch(dispatch.pk)
    assert "kennt diesen Server nicht" in shown(desk, url)
    assert verbs(desk, url) == {"cancel"}
    act(desk, dispatch, "adopt", reason="umgezogen")
    assert EngineHost.objects.count() == 1

    sender.user_permissions.add(Permission.objects.get(codename="add_enginehost"))
    assert verbs(desk, url) == {"adopt", "cancel"}
    act(desk, dispatch, "adopt", reason="umgezogen")

    assert EngineHost.objects.count() == 2
    assert verbs(desk, url) == {"release", "cancel"}
    assert OperatorAct.objects.get(verb="adopt").user == sender


def test_where_two_people_are_asked_for_the_first_cannot_be_the_second(
    desk: Client, admin: User, dispatch: Dispatch, url: str, settings: Settings
) -> None:
    settings.NEWSLETTER_FOUR_EYES = True
    change(dispatch, state="ready", started_at=None)
    assert "release" not in verbs(desk, url)
    assert "Eine zweite Person" in shown(desk, url)

    desk.force_login(admin)
    act(desk, dispatch, "release", count="2")

    dispatch.refresh_from_db()
    assert dispatch.released_by == admin


def test_a_page_changed_after_the_freeze_is_pointed_out(
    desk: Client, issue: IssuePage, dispatch: Dispatch, url: str
) -> None:
    assert "eingefrorenen Text" not in shown(desk, url)
    issue.subject = "Berichtigt"
    issue.save_revision().publish()

    assert "die Mail behält den eingefrorenen Text von" in shown(desk, url)


def test_a_worker_that_is_gone_is_noticed(desk: Client, dispatch: Dispatch, url: str) -> None:
    change(dispatch, touched_at=timezone.now() - timedelta(minutes=5))
    assert "Der Worker läuft anscheinend nicht" in shown(desk, url)

    change(dispatch, touched_at=timezone.now())
    assert "Der Worker läuft anscheinend nicht" not in shown(desk, url)


def test_a_long_list_of_readers_is_no_dead_worker(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    begun = timezone.now() - timedelta(minutes=9)
    change(dispatch, state="preparing", created_at=begun, ready_at=None, started_at=None)
    assert "Der Worker läuft anscheinend nicht" not in shown(desk, url)

    dispatch.batches.update(not_before=begun)
    assert "Der Worker läuft anscheinend nicht" in shown(desk, url)


def test_what_was_only_handed_over_is_never_called_arrived(
    desk: Client, dispatch: Dispatch, url: str, settings: Settings
) -> None:
    actions.continue_dispatch(dispatch.pk)
    settings.NEWSLETTER_REPORTS = False
    assert "ob eine mail angekommen ist, sagt uns niemand" in shown(desk, url).lower()

    settings.NEWSLETTER_REPORTS = True
    first = dispatch.deliveries.order_by("pk")[0]
    Delivery.objects.filter(pk=first.pk).update(outcome="delivered")
    progress = desk.get(url).context["progress"]
    assert (progress.accepted, progress.delivered, progress.bounced) == (2, 1, 0)


def test_the_picture_piles_up_what_was_reported_and_has_a_table(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    begun = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=10)
    change(dispatch, started_at=begun)
    first, second = dispatch.deliveries.order_by("pk")
    for row, minutes, outcome in ((first, 1, "delivered"), (second, 4, "hard_bounced")):
        Delivery.objects.filter(pk=row.pk).update(
            state="accepted", outcome=outcome, handed_over_at=begun + timedelta(minutes=minutes)
        )

    answer = desk.get(url)

    spans = answer.context["progress"].spans
    assert [(each.begins, each.delivered, each.bounced) for each in spans] == [
        (begun + timedelta(minutes=1), 1, 0),
        (begun + timedelta(minutes=4), 0, 1),
    ]
    assert [part.name for bar in answer.context["chart"].bars for part in bar.parts] == [
        "delivered",
        "bounced",
    ]
    assert "Dasselbe als Tabelle" in answer.content.decode()


def test_the_deliveries_are_counted_by_one_query(
    dispatch: Dispatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        progress = Progress.of(dispatch, {})
        assert (progress.total, progress.left, progress.rate) == (2, 2, 0)


def test_a_look_at_the_page_costs_the_same_for_any_audience(
    desk: Client,
    dispatch: Dispatch,
    url: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    desk.get(url)
    with django_assert_max_num_queries(16):
        desk.get(url)
    batch = dispatch.batches.get(seq=1)
    Delivery.objects.bulk_create(
        Delivery(
            dispatch=dispatch, batch=batch, edition=batch.edition, issue_key=dispatch.issue_key,
            address=f"reader{number}@example.org", address_key=f"key{number}",
            state="refused", reason=f"550 {number % 7}",
        )
        for number in range(300)
    )  # fmt: skip
    with django_assert_max_num_queries(17):
        desk.get(url)


def test_it_is_looked_at_again_only_while_something_can_happen(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    seconds = {}
    for state in ("sending", "paused", "completed", "cancelled", "unclear"):
        change(dispatch, state=state)
        seconds[state] = desk.get(url).context["progress"].seconds

    assert seconds == {"sending": 3, "paused": 15, "completed": 0, "cancelled": 0, "unclear": 0}


def test_everything_that_was_done_stands_below_with_its_reason(
    desk: Client, dispatch: Dispatch, url: str
) -> None:
    act(desk, dispatch, "pause", reason="Kurz warten")
    act(desk, dispatch, "resume", reason="Geprüft")
    health.pause(dispatch.pk, health.TOO_MANY_UNKNOWN)

    acts = desk.get(url).context["acts"]

    assert [(each.verb, why) for each, why in acts] == [
        ("start", ""),
        ("pause", "Kurz warten"),
        ("resume", "Geprüft"),
        ("auto_pause", "Zu viele Aufrufe an den Maildienst brachen ab."),
    ]
