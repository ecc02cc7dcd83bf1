"""The people as figures and as files: counted from the log, handed out whole and harmless."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from newsletter.models import AddressLook, Newsletter, Subscriber
from newsletter.people import looking
from newsletter.people.exporting import Outlet, harmless
from newsletter.people.models import LookKind
from newsletter.people.statistics import Picture, months
from newsletter.subscriptions import actions
from newsletter.subscriptions.actions.recording import Step, record
from newsletter.subscriptions.models import ConsentKind, EndReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

    from newsletter.models import SignupRequest, Subscription
    from wissensregion.models import User

STATISTICS = "/admin/newsletter/statistics/"
EXPORT = "/admin/newsletter/people/export/"
pytestmark = pytest.mark.usefixtures("home", "newsletter")


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    rights = ("view_subscriber", "see_addresses", "export_people")
    editor.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    client.force_login(editor)
    return client


def step(kind: ConsentKind, newsletter: Newsletter, month: int) -> Step:
    at = datetime(2026, month, 15, 12, tzinfo=UTC)
    return Step(kind=kind, locale="de", newsletter=newsletter, at=at)


def test_each_month_counts_people_by_what_they_did(
    newsletter: Newsletter, events: Newsletter, clock: TimeMachineFixture
) -> None:
    record("a" * 64, [step(ConsentKind.CONFIRMED, each, 9) for each in (newsletter, events)])
    record("b" * 64, [step(ConsentKind.CONFIRMED, newsletter, 9)])
    record("a" * 64, [step(ConsentKind.WITHDRAWN, newsletter, 10)])

    found = {month.first.month: month.counts for month in months()[-3:]}

    assert found[9]["confirmed"] == 2
    assert found[10]["withdrawn"] == 1
    assert found[11] == dict.fromkeys(found[11], 0)
    only_events = months(events)[-3]
    assert only_events.counts["confirmed"] == 1


def test_departures_keep_their_reason(
    subscribed: Callable[..., Subscription], clock: TimeMachineFixture
) -> None:
    actions.unsubscribe(subscribed("left@example.org"))
    for reason in (EndReason.BOUNCED, EndReason.COMPLAINED):
        who = subscribed(f"{reason}@example.org").subscriber
        actions.suppress(who.address_key, reason)
    actions.forget(subscribed("erased@example.org").subscriber.address_key)

    counts = months()[-1].counts

    assert counts["confirmed"] == 4
    gone = ("withdrawn", "bounced_out", "complained", "erased")
    assert [counts[kind] for kind in gone] == [1, 1, 1, 1]


def test_the_picture_is_svg_with_a_name_and_the_same_numbers_as_the_table(
    office: Client, ada: Subscriber, cleo: Subscriber
) -> None:
    page = office.get(STATISTICS).content.decode()

    start = page.index("<svg viewBox")
    picture = ElementTree.fromstring(page[start : page.index("</svg>", start) + 6])  # noqa: S314
    assert picture.attrib["role"] == "img"
    named = {node.attrib.get("id") for node in picture}
    assert set(picture.attrib["aria-labelledby"].split()) <= named
    bars = [title.text for title in picture.iter("title")]
    assert "Bestätigungen: 2" in bars
    assert "Abgemeldet: 1" in bars
    assert page.count("<td><strong>2</strong></td>") == 2
    assert '<script src="http' not in page


def test_the_picture_stands_even_when_nothing_happened(office: Client) -> None:
    assert office.get(STATISTICS).status_code == 200
    assert Picture(months()).bars == []


@pytest.mark.parametrize("most", [1, 2, 7, 60, 999, 12345])
def test_the_lines_of_the_picture_are_few_and_round(most: int) -> None:
    found = months()
    found[0].counts[ConsentKind.CONFIRMED] = most
    found[1].counts[ConsentKind.WITHDRAWN] = most // 3
    picture = Picture(found)

    assert 2 <= len(picture.lines) <= 8
    for bar in picture.bars:
        assert picture.TOP - 0.1 <= bar.y <= bar.y + bar.height <= picture.height


def test_the_figures_cost_the_same_for_many(
    office: Client,
    subscribed: Callable[..., Subscription],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    office.get(STATISTICS)
    for number in range(10):
        subscribed(f"person{number}@example.org")

    with django_assert_max_num_queries(13):
        office.get(STATISTICS)


def exported(client: Client) -> zipfile.ZipFile:
    answer = client.post(EXPORT, {"reason": "Umzug"})
    assert answer.streaming
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def lines(bundle: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bundle.read(name).decode())))


def test_everything_is_handed_out_in_both_formats(
    office: Client, ada: Subscriber, cleo: Subscriber, ben: SignupRequest
) -> None:
    actions.suppress(cleo.address_key, EndReason.COMPLAINED)

    bundle = exported(office)

    assert bundle.testzip() is None
    people = lines(bundle, "subscribers.csv")
    assert {row["address"] for row in people} == {"Ada@example.org", "cleo@example.org"}
    assert [row["address"] for row in lines(bundle, "requests.csv")] == ["ben@example.org"]
    consents = [json.loads(line) for line in bundle.read("consents.jsonl").splitlines()]
    assert {row["kind"] for row in consents} >= {"requested", "confirmed", "withdrawn"}
    assert len(consents) == len(lines(bundle, "consents.csv"))
    (barred,) = lines(bundle, "suppressions.csv")
    assert barred["address_key"] == cleo.address_key
    assert "@" not in bundle.read("suppressions.csv").decode()
    preferences = lines(bundle, "subscriptions.csv")
    assert {row["end_reason"] for row in preferences} == {"", "withdrawn"}


def test_no_cell_is_run_by_a_spreadsheet(
    office: Client, subscribed: Callable[..., Subscription]
) -> None:
    subscribed("=cmd|calc@example.org")

    bundle = exported(office)

    assert lines(bundle, "subscribers.csv")[0]["address"] == "'=cmd|calc@example.org"
    assert json.loads(bundle.read("subscribers.jsonl"))["address"] == "=cmd|calc@example.org"


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_every_dangerous_beginning_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_the_archive_is_handed_on_in_pieces() -> None:
    out = Outlet()
    out.write(b"a" * 100_000)

    assert out.full
    assert len(out.taken()) == 100_000
    assert (out.full, out.taken()) == (False, b"")


def test_an_export_is_recorded_with_its_reason_and_number(office: Client, ada: Subscriber) -> None:
    exported(office)

    look = AddressLook.objects.get()
    assert (look.kind, look.count, look.reason) == ("export", 1, "Umzug")


def test_nothing_is_exported_without_a_reason_or_by_a_get(office: Client, ada: Subscriber) -> None:
    for answer in (office.get(EXPORT), office.post(EXPORT, {"reason": ""})):
        assert not answer.streaming
    assert not AddressLook.objects.exists()


def test_nothing_is_exported_without_the_permission(client: Client, editor: User) -> None:
    editor.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(editor)

    assert client.post(EXPORT, {"reason": "Neugier"}).status_code == 403
    assert client.get("/admin/newsletter/people/looks/").status_code == 403


def test_the_proof_is_handed_out_as_pdf_and_json_and_recorded(
    office: Client, ada: Subscriber
) -> None:
    url = f"/admin/newsletter/people/subscriber/{ada.pk}/proof"

    pdf = office.post(f"{url}.pdf", {"reason": "Beschwerde"})
    found = office.post(f"{url}.json", {"reason": "Beschwerde"}).json()

    assert pdf.content.startswith(b"%PDF")
    assert found["verified"] is True
    assert AddressLook.objects.filter(kind="proof", subscriber=ada.pk).count() == 2
    assert office.post(f"{url}.pdf", {"reason": ""}).status_code == 422


def test_looks_are_listed_for_who_may_look(office: Client, editor: User, ada: Subscriber) -> None:
    looking.record(editor, LookKind.PERSON, "Rückfrage", subscriber=ada.pk)

    page = office.get("/admin/newsletter/people/looks/").content.decode()

    assert "Rückfrage" in page
    assert "@example.org" not in page


def test_the_database_itself_keeps_the_looks(editor: User) -> None:
    looking.record(editor, LookKind.PERSON, "Rückfrage")

    for statement in (
        "UPDATE newsletter_addresslook SET reason = 'x'",
        "DELETE FROM newsletter_addresslook",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    editor.delete()

    assert AddressLook.objects.get().username == "editor"
