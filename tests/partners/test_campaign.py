"""The campaign: contributions by audience, and the countries partners share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partners import teasers
from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    Partner,
    PartnerIndexPage,
    PartnerPage,
)
from tests.partners.conftest import contribution_in, looks_to, profile_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries


BUDGET = 12


def test_the_campaign_groups_contributions_by_audience(
    client: Client, campaign: CampaignPage, room: ContributionIndexPage
) -> None:
    study, living = contribution_in(room, "Chemie"), contribution_in(room, "Wohnen")
    living.audience = "living"
    living.save_revision().publish()
    contribution_in(room, "Entwurf").unpublish()

    groups = client.get(campaign.url).context["groups"]

    found = {audience.value: [page.pk for page in pages] for audience, pages in groups}
    assert list(found) == ["study", "research", "work", "living"]
    assert found == {"study": [study.pk], "research": [], "work": [], "living": [living.pk]}


def test_the_campaign_shows_the_countries_several_partners_look_to(
    client: Client,
    campaign: CampaignPage,
    profile: PartnerPage,
    chamber_profile: PartnerPage,
    partner_index: PartnerIndexPage,
) -> None:
    city = Partner.objects.create(name="Stadt am Rhein", slug="stadt", kind="municipality")
    city_profile = profile_of(city, partner_index)
    looks_to(profile, "Indien", "Japan", "japan ", "Chile")
    looks_to(chamber_profile, "JAPAN", "Indien")
    looks_to(city_profile, "Japan")

    answer = client.get(campaign.url)

    countries = [(name, [page.pk for page in pages]) for name, pages in answer.context["countries"]]
    assert countries == [
        ("Japan", [profile.pk, chamber_profile.pk, city_profile.pk]),
        ("Indien", [profile.pk, chamber_profile.pk]),
    ]
    text = answer.content.decode()
    assert "Indien" in text
    assert "Chile" not in text


def test_drafts_and_other_languages_do_not_make_a_country_common(
    client: Client,
    english_campaign: CampaignPage,
    campaign: CampaignPage,
    profile: PartnerPage,
    chamber_profile: PartnerPage,
) -> None:
    looks_to(profile, "Japan")
    looks_to(chamber_profile, "Japan")

    assert client.get(english_campaign.url).context["countries"] == []
    chamber_profile.unpublish()
    assert client.get(campaign.url).context["countries"] == []


def test_teasers_are_the_newest_contributions_of_the_language(
    room: ContributionIndexPage,
    english_room: ContributionIndexPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    older, newer = contribution_in(room, "Alt"), contribution_in(room, "Neu")
    contribution_in(english_room, "New")
    contribution_in(room, "Entwurf").unpublish()
    assert older.full_url

    with django_assert_max_num_queries(2):
        found = teasers.latest("de", 6)

    assert [teaser.title for teaser in found] == ["Neu", "Alt"]
    assert found[0].url == newer.full_url
    assert [teaser.title for teaser in teasers.latest("de", 1)] == ["Neu"]
