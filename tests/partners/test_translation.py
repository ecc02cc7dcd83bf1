"""Every text of a partner's page can be translated, and the rest follows its source."""

from __future__ import annotations

import pytest
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    PartnerIndexPage,
    PartnerPage,
)


def source_of(page: Page) -> TranslationSource:
    source, _ = TranslationSource.get_or_create_from_instance(page)
    return source


def texts(page: Page) -> set[str]:
    segments = StringSegment.objects.filter(source=source_of(page))
    return set(segments.values_list("string__data", flat=True))


def in_english(page: Page, english: Locale) -> Page:
    """Translate every segment of a page by writing „EN“ before it."""
    source = source_of(page)
    for segment in StringSegment.objects.filter(source=source).exclude(context__path="slug"):
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=english,
            context=segment.context,
            data=f"EN {segment.string.data}",
            translation_type="manual",
        )
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=english)
    translation.save_target(publish=False)
    page = page.get_translation(english)
    return page.get_latest_revision_as_object()


@pytest.fixture
def full_profile(profile: PartnerPage) -> PartnerPage:
    profile.address = "Uferweg 1, Düsseldorf"
    profile.body = [("paragraph", "<p>Wir forschen.</p>")]
    profile.services = [("service", {"title": "Beratung", "text": "Für alle", "url": ""})]
    profile.key_figures = [
        ("figure", {"qualifier": "over", "number": 9000, "unit": "Personen",
                    "label": "Studierende", "source": "Statistik", "as_of": None})
    ]  # fmt: skip
    profile.contacts = [
        ("contact", {"name": "Ada Beispiel", "role": "Leitung", "phone": "0211 1",
                     "email": "ada@example.org"})
    ]  # fmt: skip
    profile.links = [("link", {"label": "Zur Hochschule", "url": "https://example.org/"})]
    profile.target_countries = [("country", {"country": "Indien", "reason": "Viele Gäste"})]
    profile.audiences = ["study", "work"]
    profile.save_revision().publish()
    return profile


def test_every_text_of_a_profile_is_a_segment(full_profile: PartnerPage) -> None:
    expected = {
        "Hochschule am Rhein", "Wir.", "Wir forschen.", "Beratung", "Für alle",
        "Studierende", "Personen", "Statistik", "Uferweg 1, Düsseldorf",
        "Ada Beispiel", "Leitung", "Zur Hochschule", "Indien", "Viele Gäste",
    }  # fmt: skip

    assert expected <= texts(full_profile)


def test_a_translated_profile_says_everything_in_english_and_keeps_what_is_no_text(
    full_profile: PartnerPage, english_partner_index: PartnerIndexPage, english: Locale
) -> None:
    page = in_english(full_profile, english)

    assert page.title == "EN Hochschule am Rhein"
    assert page.address == "EN Uferweg 1, Düsseldorf"
    assert page.services[0].value["title"] == "EN Beratung"
    assert page.contacts[0].value["role"] == "EN Leitung"
    assert page.contacts[0].value["email"] == "ada@example.org"
    assert page.links[0].value["url"] == "https://example.org/"
    assert page.key_figures[0].value["label"] == "EN Studierende"
    assert page.key_figures[0].value["number"] == 9000
    assert page.key_figures[0].value["qualifier"] == "over"
    assert page.countries == ["EN Indien"]
    assert (page.partner, page.audiences) == (full_profile.partner, ["study", "work"])


def test_audiences_ticked_later_reach_the_translation(
    full_profile: PartnerPage, english_partner_index: PartnerIndexPage, english: Locale
) -> None:
    in_english(full_profile, english)
    full_profile.audiences = ["research"]
    full_profile.save_revision().publish()
    source = source_of(full_profile)

    source.update_from_db()
    Translation.objects.get(source=source).save_target(publish=False)

    page = full_profile.get_translation(english).get_latest_revision_as_object()
    assert page.audiences == ["research"]


def test_every_text_of_campaign_room_and_contribution_is_a_segment(
    campaign: CampaignPage, room: ContributionIndexPage, contribution: ContributionPage
) -> None:
    contribution.photo_alt = "Ein Labor"
    contribution.body = [("heading", {"text": "Wo", "level": "2"})]
    contribution.save_revision().publish()

    assert {"Studieren und Arbeiten", "Komm", "Eine Kampagne."} <= texts(campaign)
    assert {"Hochschule am Rhein"} <= texts(room)
    expected = {"Chemie studieren", "Chemie studieren, kurz gesagt.", "Ein Labor", "Wo"}
    assert expected <= texts(contribution)


def test_a_translated_contribution_stays_its_partners(
    contribution: ContributionPage, english_room: ContributionIndexPage, english: Locale
) -> None:
    page = in_english(contribution, english)

    assert page.title == "EN Chemie studieren"
    assert (page.audience, page.as_of) == (contribution.audience, contribution.as_of)
    assert page.partner == contribution.partner
    assert page.get_parent().pk == english_room.pk
