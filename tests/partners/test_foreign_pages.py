"""Nothing of another partner, and nothing of another language, opens to a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import URLPattern, reverse
from wagtail.admin.urls import pages as page_urls
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from partners.models import (
    ContributionIndexPage,
    ContributionPage,
    Partner,
    PartnerPage,
)
from tests.partners.cms import add_url, contribution_form, denied, edit_url, tree
from tests.partners.conftest import at_work, contribution_in
from wissensregion.models import User

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}, {"action-publish": "1"}])
def test_mia_creates_nothing_in_the_chambers_room(
    partner_member: Client, chamber_room: ContributionIndexPage, action: dict[str, str]
) -> None:
    before = tree()

    answer = partner_member.post(add_url(chamber_room), {**contribution_form(), **action})

    assert denied(answer)
    assert tree() == before


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}, {"action-publish": "1"}])
def test_mia_changes_nothing_of_the_chamber(
    partner_member: Client, chamber_contribution: ContributionPage, action: dict[str, str]
) -> None:
    before = tree()

    answer = partner_member.post(edit_url(chamber_contribution), {**contribution_form(), **action})

    assert denied(answer)
    assert tree() == before
    assert not chamber_contribution.workflow_states.exists()


def test_mia_writes_nothing_in_english_and_emma_nothing_in_german(
    partner_member: Client,
    emma: User,
    contribution: ContributionPage,
    english_contribution: ContributionPage,
) -> None:
    before = tree()
    english = at_work(emma)
    room, english_room = contribution.get_parent(), english_contribution.get_parent()

    answers = [
        partner_member.post(add_url(english_room), contribution_form()),
        partner_member.post(edit_url(english_contribution), contribution_form()),
        english.post(add_url(room), contribution_form()),
        english.post(edit_url(contribution), contribution_form()),
    ]

    assert all(denied(answer) for answer in answers)
    assert tree() == before


def foreign_doors(page: Page) -> list[str]:
    """Every address of the CMS about one page."""
    doors = []
    for pattern in page_urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = set(pattern.pattern.converters)
        fixed = {"page_id": page.pk, "parent_page_id": page.pk, "page_to_move_id": page.pk}
        other = {"destination_id": page.get_parent().pk, "revision_id": page.latest_revision_id}
        known = {**fixed, **other, "revision_id_a": "live", "revision_id_b": "latest"}
        # Its modal says whether something waits for approval, not what.
        if pattern.name == "confirm_workflow_cancellation":
            continue
        if names & set(fixed) and names <= set(known):
            arguments = {name: known[name] for name in names}
            doors.append(reverse(f"wagtailadmin_pages:{pattern.name}", kwargs=arguments))
    return doors


def test_no_door_about_a_foreign_page_opens_to_mia(
    partner_member: Client,
    otto: User,
    chamber_contribution: ContributionPage,
    chamber_profile: PartnerPage,
    home: HomePage,
) -> None:
    doors = []
    for page in (chamber_contribution, chamber_profile):
        page.get_workflow().start(page, otto)
        doors += foreign_doors(page)
    before = tree()

    opened = [
        (method.__name__, door, answer.status_code)
        for door in doors
        for method in (partner_member.get, partner_member.post)
        if (answer := method(door, {"new_parent_page": home.pk})).status_code == 200
    ]

    assert len(doors) > 40
    assert not opened, opened
    assert tree() == before
    assert chamber_contribution.workflow_in_progress


@pytest.mark.parametrize("name", ["campaign", "room", "home"])
def test_mia_neither_edits_nor_deletes_what_stands_above_her_pages(
    partner_member: Client, name: str, request: pytest.FixtureRequest, room: Page
) -> None:
    page: Page = request.getfixturevalue(name)
    before = tree()

    for verb in ("edit", "delete", "unpublish", "copy"):
        url = reverse(f"wagtailadmin_pages:{verb}", args=[page.pk])
        assert denied(partner_member.post(url, {"title": "Meins"})), verb

    assert tree() == before


def test_mia_does_not_delete_move_or_copy_her_unpublished_profile(
    partner_member: Client, profile: PartnerPage, room: ContributionIndexPage, home: HomePage
) -> None:
    profile.unpublish()
    before = tree()

    for verb in ("delete", "move", "copy"):
        url = reverse(f"wagtailadmin_pages:{verb}", args=[profile.pk])
        data = {"new_parent_page": home.pk, "new_slug": "x", "new_title": "x"}
        assert denied(partner_member.post(url, data)), verb
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    partner_member.post(f"{bulk}?id={profile.pk}")

    assert tree() == before


def test_mia_copies_and_moves_only_within_her_room(
    partner_member: Client,
    room: ContributionIndexPage,
    chamber_room: ContributionIndexPage,
    english_room: ContributionIndexPage,
    college: Partner,
) -> None:
    draft = contribution_in(room, "Physik studieren")
    draft.unpublish()
    before = tree()

    for destination in (chamber_room, english_room):
        copy = reverse("wagtailadmin_pages:copy", args=[draft.pk])
        move = reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, destination.pk])
        data = {"new_title": "x", "new_slug": "x", "new_parent_page": destination.pk}
        assert partner_member.post(copy, data).status_code == 200
        assert denied(partner_member.post(move))
    assert tree() == before

    own = {"new_title": "Physik 2", "new_slug": "physik-2", "new_parent_page": room.pk}
    partner_member.post(reverse("wagtailadmin_pages:copy", args=[draft.pk]), own)
    assert ContributionPage.objects.get(slug="physik-2").partner == college


def test_bulk_actions_do_nothing_to_foreign_or_live_pages(
    partner_member: Client,
    contribution: ContributionPage,
    chamber_contribution: ContributionPage,
    chamber_room: ContributionIndexPage,
) -> None:
    before = tree()

    for action in ("delete", "publish", "unpublish", "move"):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        partner_member.post(
            f"{url}?id={contribution.pk}&id={chamber_contribution.pk}",
            {"chooser": chamber_room.pk},
        )

    assert tree() == before


def test_mia_starts_no_translation(
    partner_member: Client, contribution: ContributionPage, english_room: Page, english: Locale
) -> None:
    before = tree()
    url = reverse("wagtail_localize:submit_page_translation", args=[contribution.pk])

    answer = partner_member.post(url, {"locales": [english.pk]})

    assert denied(answer)
    assert tree() == before
    assert not TranslationSource.objects.exists()


def test_emma_does_not_publish_by_letting_a_translation_follow_its_source(
    emma: User, contribution: ContributionPage, english_room: Page, english: Locale
) -> None:
    source, _ = TranslationSource.get_or_create_from_instance(contribution)
    translation = Translation.objects.create(source=source, target_locale=english)
    translation.save_target(publish=False)
    page = contribution.get_translation(english)
    before = tree()

    answer = at_work(emma).post(reverse("wagtail_localize:convert_to_alias", args=[page.pk]))

    assert denied(answer)
    assert tree() == before
