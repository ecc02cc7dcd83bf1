"""What has an end: shown to its last day, told of before, and gone everywhere after."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from newsletter.composing import render
from newsletter.models import Newsletter
from tests import factories
from tests.newsletter import issues
from wissensregion import pictures
from wissensregion.expiring.ends import ending
from wissensregion.expiring.taking_down import take_down
from wissensregion.generations import current
from wissensregion.renditions import making
from wissensregion.seeding import offices

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from time_machine import TimeMachineFixture

    from home.models import HomePage
    from news.models import NewsPage
    from wissensregion.models import SiteImage, User

pytestmark = pytest.mark.django_db

EVE, MORNING = "2026-12-31T23:59:00+01:00", "2027-01-01T00:01:00+01:00"
NOTICE = "Das Recht, dieses Bild zu zeigen, ist abgelaufen."


@pytest.fixture
def portrait(time_machine: TimeMachineFixture) -> SiteImage:
    """A picture of Berta, who agreed until the end of the year."""
    time_machine.move_to(EVE, tick=False)
    return factories.SiteImageFactory(
        title="Bildnis",
        description="Berta lacht",
        file__filename="bildnis.png",
        people=[{"name": "Berta Muster", "consent_ends": "2027-01-01"}],
    )


@pytest.fixture
def story(home: HomePage, portrait: SiteImage) -> NewsPage:
    body = [
        ("photo", {"image": portrait, "caption": "Berta am Rhein"}),
        ("people_photo", {"image": portrait}),
    ]
    return issues.story(home, portrait, slug="preis", title="Preis", body=body)


@pytest.fixture
def places(home: HomePage, story: NewsPage, portrait: SiteImage) -> list[str]:
    """Wherever the picture is shown, or its file might be named."""
    home.photo = portrait
    home.save_revision().publish()
    newsletter = Newsletter.objects.create(name="Rundbrief", slug="rundbrief")
    issue = issues.issue(issues.archive(home), newsletter, issues.blocks(portrait, story))
    return [
        "/", "/aktuelles/", story.url, issue.url,
        f"/api/v1/pages/{story.pk}/", "/api/v1/pages/", f"/api/v2/pages/{story.pk}/",
        f"/api/v2/images/{portrait.pk}/", "/api/v3-preview/images/",
        f"/api/v3-preview/images/{portrait.pk}/",
    ]  # fmt: skip


def test_a_picture_whose_time_has_passed_is_shown_nowhere_from_midnight_on(
    client: Client, portrait: SiteImage, places: list[str], time_machine: TimeMachineFixture
) -> None:
    files = (f"images/{portrait.pk}.", "images/bildnis.")
    before = {place: client.get(place).content.decode() for place in places}
    time_machine.move_to(MORNING)
    call_command("clock", "--once")
    after = {place: client.get(place).content.decode() for place in places}

    assert [place for place in places if not any(file in before[place] for file in files)] == []
    assert [place for place in places if any(file in after[place] for file in files)] == []
    for place in places[:6]:
        assert "Paula Beispiel" in before[place], place
        assert NOTICE in after[place], place
        assert "Berta Muster" not in after[place], place


def test_nor_is_it_mailed(
    home: HomePage, story: NewsPage, portrait: SiteImage, time_machine: TimeMachineFixture
) -> None:
    newsletter = Newsletter.objects.create(name="Rundbrief", slug="rundbrief")
    issue = issues.issue(issues.archive(home), newsletter, issues.blocks(portrait, story))
    time_machine.move_to(MORNING)
    issue.refresh_from_db()

    mail = render.mail(issue, issue.index())

    for part in (mail.html, mail.text):
        assert "/images/" not in part
        assert "Berta lacht" not in part
        assert part.count(NOTICE) == 2
    assert "Ein guter Tag" in mail.html


def test_what_is_kept_of_pages_and_mailed_before_ends_with_the_right(
    portrait: SiteImage,
    time_machine: TimeMachineFixture,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    portrait.renditions.all().delete()
    making.make(portrait.pk)
    rendition = portrait.renditions.get(filter_spec="width-480|format-webp")
    assert (take_down(), current()) == (0, number := current())
    time_machine.move_to(MORNING)

    with django_capture_on_commit_callbacks(execute=True):
        assert (take_down(), take_down()) == (1, 0)
    assert current() != number
    assert not rendition.file.storage.exists(rendition.file.name)
    assert making.make_lacking(seconds=9) == 0

    # Whoever gets a longer right has the picture back.
    portrait.refresh_from_db()
    portrait.people = []
    portrait.save()
    assert portrait.may_be_shown
    assert making.make_lacking(seconds=9) == 1
    assert pictures.made(portrait)["width-480|format-webp"].url == rendition.url


def test_the_office_reads_what_ends_and_where_it_stands(
    client: Client, editor: User, story: NewsPage, time_machine: TimeMachineFixture
) -> None:
    offices.give_rights()
    client.force_login(editor)
    story.body = [("key_figures", {"heading": "", "figures": [figure(date(2026, 12, 1))]})]
    story.save_revision().publish()

    def rows(query: str = "") -> list[list[Any]]:
        text = client.get(reverse("expiring_report") + "?export=csv" + query).getvalue().decode()
        return [line.split(",") for line in text.splitlines()[1:]]

    figure_row = ["2026-12-01", "überfällig", "Prüfung einer Kennzahl", "1700 – Beratungen"]
    consent_row = ["2026-12-31", "heute", "Einwilligung einer abgebildeten Person", "Bildnis"]
    assert [row[:4] for row in rows()] == [figure_row, consent_row]
    assert [row[-1] for row in rows()] == ["Preis (de)", "Preis (de)"]
    assert [row[:4] for row in rows("&when=past")] == [figure_row]
    assert [row[:4] for row in rows("&kind=consent")] == [consent_row]
    screen = client.get(reverse("expiring_report")).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[story.pk]) in screen
    # Of a day to come Wagtail's own column says “just now”.
    assert "31.12.2026" in screen
    assert "2 Fristen" in screen
    # Once it was looked at, nobody is told any more.
    story.body = [("key_figures", {"heading": "", "figures": [figure(date(2027, 12, 1))]})]
    story.save_revision().publish()
    assert [row[:4] for row in rows("&when=soon")] == [consent_row]
    assert [each.title for each in ending()] == ["Bildnis"]


def test_the_report_is_closed_to_who_has_no_business_with_it(client: Client, editor: User) -> None:
    client.force_login(editor)

    assert client.get(reverse("expiring_report")).status_code == 403


def figure(review_by: date) -> dict[str, Any]:
    return issues.figure() | {"review_by": review_by}
