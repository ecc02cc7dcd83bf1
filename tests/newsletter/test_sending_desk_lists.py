"""The lists of deliveries, the overview, and the pace."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from newsletter.models import Delivery, Dispatch, OperatorAct
from newsletter.sending import listing
from newsletter.sending.accounts import SenderAccount

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from newsletter.models import Subscriber
    from wissensregion.models import User


@pytest.fixture
def url(dispatch: Dispatch) -> str:
    return reverse("newsletter_deliveries", args=[dispatch.pk])


@pytest.fixture
def many(dispatch: Dispatch) -> list[Delivery]:
    """Ada, Grace and a hundred others."""
    batch = dispatch.batches.get(deliveries__subscription__subscriber__locale="de")
    Delivery.objects.bulk_create(
        Delivery(
            dispatch=dispatch, batch=batch, edition=batch.edition, issue_key=dispatch.issue_key,
            address=f"reader{number}@example.org", address_key=f"key{number}",
        )
        for number in range(100)
    )  # fmt: skip
    return list(dispatch.deliveries.order_by("pk"))


def lines(answer: StreamingHttpResponse) -> list[list[str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def export_url(dispatch: Dispatch) -> str:
    return reverse("newsletter_deliveries_export", args=[dispatch.pk])


def test_a_list_shows_what_was_asked_for(desk: Client, url: str, dispatch: Dispatch) -> None:
    ada, _grace = dispatch.deliveries.order_by("pk")
    Delivery.objects.filter(pk=ada.pk).update(state="refused", reason="550 Nobody here")

    for asked, count in {
        "": 2, "?group=refused": 1, "?group=unknown": 0, "?outcome=delivered": 0,
        "?locale=de": 2, "?group=not_reached": 2, "?group=nonsense&after=x": 2,
    }.items():  # fmt: skip
        answer = desk.get(f"{url}{asked}")
        assert len(answer.context["rows"]) == count, asked
    assert "550 Nobody here" in desk.get(url).content.decode()


def test_addresses_are_masked_for_whoever_may_not_see_them(
    desk: Client, client: Client, admin: User, url: str
) -> None:
    masked = desk.get(url).content.decode()
    client.force_login(admin)
    whole = client.get(url).content.decode()

    assert "A•••@e•••.org" in masked
    assert "Ada@example.org" not in masked
    assert "Ada@example.org" in whole


def test_pages_follow_each_other_without_losing_a_row(
    desk: Client,
    url: str,
    many: list[Delivery],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    seen: list[int] = []
    following = "group=planned"
    while following:
        with django_assert_max_num_queries(14):
            answer = desk.get(f"{url}?{following}")
        seen += [row.pk for row, _address, _why in answer.context["rows"]]
        following = answer.context["next"]

    assert seen == [row.pk for row in many]


def test_an_export_is_written_down_with_who_what_for_and_how_many(
    desk: Client, sender: User, dispatch: Dispatch, many: list[Delivery]
) -> None:
    answer = desk.post(export_url(dispatch), {"group": "not_reached", "reason": "Anruf"})

    heading, *rows = lines(answer)  # type: ignore[arg-type]
    act = OperatorAct.objects.get(verb="export")
    assert heading[0] == "Adresse"
    assert len(rows) == len(many)
    assert (act.user, act.reason, act.count, act.dispatch) == (sender, "Anruf", 102, dispatch)
    assert not any("reader" in cell for row in rows for cell in row)


def test_only_who_may_see_addresses_takes_them_out(
    client: Client, admin: User, dispatch: Dispatch
) -> None:
    client.force_login(admin)

    rows = lines(client.post(export_url(dispatch), {"reason": "Anruf"}))  # type: ignore[arg-type]

    assert {row[0] for row in rows[1:]} == {"Ada@example.org", "grace@example.org"}


def test_without_a_reason_or_by_a_link_nothing_is_taken_out(
    desk: Client, dispatch: Dispatch
) -> None:
    assert desk.post(export_url(dispatch), {"group": "failed"}).status_code == 302
    assert desk.get(export_url(dispatch)).status_code == 405
    assert not OperatorAct.objects.filter(verb="export").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_in_a_file_is_a_formula(text: str) -> None:
    assert listing.safe([text, "harmless"]) == [f"'{text}", "harmless"]


def test_a_file_holds_no_formula_a_mail_server_wrote(
    client: Client, admin: User, dispatch: Dispatch
) -> None:
    Delivery.objects.update(state="refused", reason="=cmd|' /C calc'!A0", address="=1@example.org")
    client.force_login(admin)

    rows = lines(client.post(export_url(dispatch), {"reason": "Anruf"}))  # type: ignore[arg-type]

    assert not [cell for row in rows for cell in row if cell.startswith(listing.FORMULA)]


def test_whoever_left_or_complained_is_not_among_those_not_reached(
    dispatch: Dispatch, many: list[Delivery]
) -> None:
    states = [
        ("skipped", "ended", ""), ("accepted", "", "complained"), ("accepted", "", "delivered"),
        ("skipped", "cancelled", ""), ("unknown", "", ""), ("accepted", "", "hard_bounced"),
    ]  # fmt: skip
    for row, (state, reason, outcome) in zip(many, states, strict=False):
        Delivery.objects.filter(pk=row.pk).update(
            state=state, reason=reason, outcome=outcome, left_out=state == "skipped"
        )

    found = set(listing.Wish(group="not_reached").of(dispatch).values_list("pk", flat=True))

    assert {row.pk for row in many[:3]}.isdisjoint(found)
    assert {row.pk for row in many[3:]} == found


def test_running_dispatches_come_first_with_their_progress(
    desk: Client, dispatch: Dispatch
) -> None:
    Dispatch.objects.create(
        newsletter=dispatch.newsletter,
        issue_key="00000000-0000-0000-0000-000000000001", state="completed", frozen_count=1234,
    )  # fmt: skip
    Delivery.objects.filter(pk=dispatch.deliveries.first().pk).update(state="accepted")  # type: ignore[union-attr]

    answer = desk.get(reverse("newsletter_dispatches"))

    (first, counts), (_second, nothing) = answer.context["rows"]
    assert (first, counts, nothing) == (dispatch, (1, 2), None)
    assert "1.234" in answer.content.decode()


def test_the_pace_is_changed_with_a_reason_by_those_who_may(
    desk: Client, sender: User, dispatch: Dispatch
) -> None:
    url = reverse("newsletter_pace")
    SenderAccount.objects.create(service="locmem", rate=60, day_count=7)
    service = desk.get(url).context["account"].service
    SenderAccount.objects.update(service=service)
    typed = {"rate": "120", "day_limit": "", "warm_up_from": "2026-11-01", "max_batch": "50"}

    assert desk.post(url, {**typed, "reason": "Neuer Tarif"}).status_code in {302, 403}
    assert SenderAccount.objects.get().rate == 60
    sender.user_permissions.add(Permission.objects.get(codename="change_senderaccount"))
    assert desk.post(url, typed).status_code == 200
    assert SenderAccount.objects.get().rate == 60
    desk.post(url, {**typed, "reason": "Neuer Tarif"})

    account, act = SenderAccount.objects.get(), OperatorAct.objects.get(verb="throttle")
    assert (account.rate, account.max_batch, account.day_count) == (120, 50, 7)
    assert act.user == sender
    assert act.reason.startswith("Neuer Tarif (rate 60 → 120")


def test_a_closed_door_is_shown_with_its_time(desk: Client, dispatch: Dispatch) -> None:
    url = reverse("newsletter_pace")
    service = desk.get(url).context["account"].service
    SenderAccount.objects.create(
        service=service, failures=6, slowdown=0.5, open_until="2099-01-01T00:00Z"
    )

    for page in (url, reverse("newsletter_dispatches")):
        shown = desk.get(page).content.decode()
        assert "01.01.2099" in shown
        assert "50%" in shown or "50 %" in shown


def test_to_see_the_lists_takes_the_right_to_send(
    client: Client, editor: User, dispatch: Dispatch, ada: Subscriber
) -> None:
    editor.user_permissions.clear()
    client.force_login(editor)

    for page in (reverse("newsletter_deliveries", args=[dispatch.pk]), reverse("newsletter_pace")):
        assert client.get(page).status_code in {302, 403}
    assert client.post(export_url(dispatch), {"reason": "x"}).status_code in {302, 403}
