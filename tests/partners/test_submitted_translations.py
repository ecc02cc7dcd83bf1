"""A translation goes live when it is approved, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page, TaskState
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from partners import moderation
from partners.models import (
    ContributionIndexPage,
    ContributionPage,
    PartnerPage,
)
from tests.partners.cms import decide, denied, edit_url
from tests.partners.conftest import at_work
from wissensregion.models import User

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def translation(
    contribution: ContributionPage, english_room: ContributionIndexPage, english: Locale
) -> Translation:
    """The office began the English version of Mia's contribution; it is live, untranslated."""
    source, _ = TranslationSource.get_or_create_from_instance(contribution)
    translation = Translation.objects.create(source=source, target_locale=english)
    translation.save_target(publish=False)
    contribution.get_translation(english).get_latest_revision().publish()
    return translation


def translate(translation: Translation, path: str, text: str) -> None:
    segment = StringSegment.objects.get(source=translation.source, context__path=path)
    StringTranslation.objects.create(
        translation_of=segment.string,
        locale=translation.target_locale,
        context=segment.context,
        data=text,
        translation_type="manual",
    )


def test_emmas_translation_goes_live_when_carla_approves_and_not_before(
    emma: User, carla: User, translation: Translation, english: Locale
) -> None:
    page = translation.get_target_instance()
    client = at_work(emma)
    translate(translation, "title", "Study chemistry")
    door = reverse("partners_submit_translation", args=[page.pk])
    assert door in client.get(edit_url(page)).content.decode()

    client.get(door)
    assert not page.workflow_in_progress
    client.post(door)

    page.refresh_from_db()
    assert page.workflow_in_progress
    assert page.title == "Chemie studieren"
    decide(carla, page, "approve")
    page.refresh_from_db()
    assert page.title == "Study chemistry"


def test_a_second_submission_changes_nothing_more(emma: User, translation: Translation) -> None:
    page = translation.get_target_instance()
    client = at_work(emma)
    door = reverse("partners_submit_translation", args=[page.pk])
    client.post(door)
    revision = Page.objects.get(pk=page.pk).latest_revision_id

    client.post(door)

    assert Page.objects.get(pk=page.pk).latest_revision_id == revision
    assert TaskState.objects.count() == 1


def test_mia_does_not_submit_emmas_translation(
    partner_member: Client, translation: Translation, profile: PartnerPage
) -> None:
    page = translation.get_target_instance()

    answer = partner_member.post(reverse("partners_submit_translation", args=[page.pk]))

    assert denied(answer)
    assert not page.workflow_in_progress


def test_emma_is_offered_to_submit_only_what_is_newer_than_the_page(
    emma: User, translation: Translation
) -> None:
    page = translation.get_target_instance()
    assert moderation.submittable_translations([page]) == set()

    translate(translation, "title", "Study chemistry")

    assert moderation.submittable_translations([page]) == {page.pk}
    moderation.submit_translation(page, emma)
    assert moderation.submittable_translations([Page.objects.get(pk=page.pk)]) == set()
