"""What is scheduled goes live and expires at its moment, once, and is refused when nobody looks."""

from __future__ import annotations

import os
import re
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.test.utils.form_data import nested_form_data, streamfield

from home.models import StandardPage
from tests.home.conftest import hang
from tests.live.rows import read
from wissensregion.scheduling.timetable import Timetable, go_live, take_down
from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Heartbeat, Kind

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from tests.live.queues import Crew
    from wissensregion.models import User

pytest_plugins = ("tests.live.crews",)
T = datetime(2026, 12, 1, 9, 0, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOBODY = "Was terminiert ist, führt niemand aus"


@pytest.fixture
def page(home: HomePage) -> StandardPage:
    """A draft."""
    return hang(home, StandardPage(title="Termin", slug="termin", summary="Kurz.", live=False))


def schedule(page: Page, *, at: datetime | None, until: datetime | None = None) -> None:
    page.go_live_at, page.expire_at = at, until
    page.save_revision().publish()


def logged(page: Page, what: str) -> int:
    entries = PageLogEntry.objects.filter(page=page.pk, action=f"wagtail.{what}.scheduled")
    return int(entries.count())


def is_live(page: Page) -> bool:
    return bool(Page.objects.filter(pk=page.pk, live=True).exists())


def test_the_timetable_sleeps_until_the_moment_and_no_longer(page: StandardPage) -> None:
    with time_machine.travel(T - 10 * SECOND, tick=False) as clock:
        schedule(page, at=T, until=T + SECOND)
        timetable, other = Timetable(), Timetable()
        assert timetable.carry_out() == 1.0
        clock.move_to(T - SECOND / 4)
        assert timetable.carry_out() == 0.25
        assert not is_live(page)

        clock.move_to(T)
        timetable.catch_up()
        other.catch_up()

        assert is_live(page)
        clock.move_to(T + SECOND)
        other.catch_up()
        timetable.catch_up()
        assert not is_live(page)
    assert (logged(page, "publish"), logged(page, "unpublish")) == (1, 1)


def test_who_comes_second_finds_nothing_to_do(page: StandardPage) -> None:
    with time_machine.travel(T - SECOND, tick=False) as clock:
        schedule(page, at=T, until=T + SECOND)
        revision = Revision.objects.get(approved_go_live_at=T)
        clock.move_to(T)
        assert (go_live(revision.pk, T), go_live(revision.pk, T)) == (True, False)
        ends = T + SECOND
        assert (take_down(Page, page.pk, ends), take_down(Page, page.pk, ends)) == (True, False)


def test_what_goes_live_later_is_not_forgotten_when_the_old_version_expires(
    page: StandardPage,
) -> None:
    with time_machine.travel(T - 60 * SECOND, tick=False) as clock:
        schedule(page, at=None, until=T)
        page.refresh_from_db()
        schedule(page, at=T + 60 * SECOND)
        timetable = Timetable()
        clock.move_to(T)
        timetable.catch_up()
        assert not is_live(page)

        clock.move_to(T + 60 * SECOND)
        timetable.catch_up()

        assert is_live(page)


def test_what_cannot_be_published_does_not_keep_others_back(
    page: StandardPage, home: HomePage
) -> None:
    other = hang(home, StandardPage(title="Anderes", slug="anderes", summary="Kurz.", live=False))
    with time_machine.travel(T - SECOND, tick=False) as clock:
        schedule(page, at=T)
        schedule(other, at=T)
        # Somebody else's page has meanwhile taken the address.
        Page.objects.filter(pk=home.pk).update(numchild=3)
        hang(home, StandardPage(title="Termin", slug="termin-2", summary="Kurz."))
        Page.objects.filter(slug="termin-2").update(slug="termin")
        clock.move_to(T)

        timetable = Timetable()
        timetable.catch_up()

        assert (is_live(page), is_live(other)) == (False, True)
        assert timetable.carry_out() == 1.0
        assert Revision.objects.filter(approved_go_live_at=T).count() == 1


def posted(client: Client, page: StandardPage, action: str, **values: str) -> Any:
    form = {
        "title": page.title, "slug": "termin", "seo_title": "", "search_description": "",
        "summary": "Kurz.", "body": streamfield([]), "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0, "go_live_at": "", "expire_at": "", action: "x", **values,
    }  # fmt: skip
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, nested_form_data(form))


def test_nothing_is_scheduled_while_nobody_looks_and_publishing_at_once_goes_on(
    client: Client, editor: User, page: StandardPage
) -> None:
    client.force_login(editor)
    heartbeats.beat(Kind.SCHEDULE)
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    later = {"go_live_at": "2099-01-01 08:30:15"}
    end = {"expire_at": "2099-01-02 08:30:15"}

    refused = posted(client, page, "action-publish", **later, **end)

    errors = refused.context["form"].errors
    assert NOBODY in errors["go_live_at"][0]
    assert NOBODY in errors["expire_at"][0]
    assert posted(client, page, "action-save", **later).status_code == 302
    assert posted(client, page, "action-publish").status_code == 302
    assert is_live(page)

    heartbeats.beat(Kind.SCHEDULE)
    assert posted(client, page, "action-publish", **end).status_code == 302
    # Later a word is corrected, while nobody looks.
    Heartbeat.objects.all().delete()
    assert posted(client, page, "action-publish", **end, title="Besser").status_code == 302
    page.refresh_from_db()
    assert (page.title, page.expire_at) == (
        "Besser",
        datetime(2099, 1, 2, 7, 30, 15, tzinfo=UTC),
    )


def test_the_form_says_when_somebody_last_looked(
    client: Client, editor: User, page: StandardPage
) -> None:
    client.force_login(editor)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert NOBODY in client.get(edit).content.decode()
    heartbeats.beat(Kind.SCHEDULE)
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(seconds=40))

    # Asked for again by a script when the dialog is opened.
    for address in (edit, reverse("schedule_heartbeat")):
        assert re.search(r"zuletzt vor [4-8]\d s", client.get(address).content.decode())


START = 240.0
SCHEDULED = """
from datetime import timedelta
from django.utils import timezone
from home.models import StandardPage
from wagtail.models import Page
root = Page.get_first_root_node()
for number in range(6):
    page = StandardPage(title=f"Termin {number}", slug=f"termin-{number}", summary="x", live=False)
    root.add_child(instance=page)
    page.go_live_at = timezone.now() + timedelta(seconds=4)
    page.expire_at = page.go_live_at + timedelta(seconds=2)
    page.save_revision().publish()
"""
LOGGED = (
    "SELECT page_id, action FROM wagtailcore_pagelogentry WHERE action LIKE '%publish.scheduled'"
)


@pytest.mark.parametrize("crew", ["sqlite", "postgres"], indirect=True)
def test_of_several_who_look_and_one_who_dies_none_does_anything_twice(crew: Crew) -> None:
    clock = crew.start("clock", "--interval", "600")
    crew.start("worker", "--queues", "bulk")
    crew.wait_until(lambda: "Every 600 s" in crew.logs() and "At work" in crew.logs(), START)
    crew.shell(SCHEDULED)

    crew.wait_until(lambda: read(crew.site.database_url, LOGGED), START)
    os.killpg(clock.pid, signal.SIGKILL)

    crew.wait_until(lambda: len(read(crew.site.database_url, LOGGED)) >= 12, START)
    rows = read(crew.site.database_url, LOGGED)
    assert len(rows) == len(set(rows)) == 12
