"""What readers see of partners and their campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from wagtail.models import Page

from partners import teasers
from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Partner,
    PartnerIndexPage,
    PartnerPage,
)
from tests.partners.conftest import contribution_in, profile_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from wissensregion.models import SiteImage

BUDGET = 12


def looks_to(profile: PartnerPage, *countries: str) -> None:
    profile.target_countries = [
        ("country", {"country": country, "reason": ""}) for country in countries
    ]
    profile.save_revision().publish()


@pytest.fixture
def full(
    profile: PartnerPage,
    chamber_profile: PartnerPage,
    contribution: ContributionPage,
    chamber_contribution: ContributionPage,
) -> None:
    """Everything there is, with something to show in every field."""
    looks_to(chamber_profile, "Japan", "Kanada")
    profile.services = [("service", {"title": "Beratung", "text": "Für alle", "url": ""})]
    profile.contacts = [
        ("contact", {"name": "Ada Beispiel", "role": "Leitung", "phone": "0211 1", "email": ""})
    ]
    profile.links = [("link", {"label": "Zur Hochschule", "url": "https://example.org/"})]
    profile.key_figures = [("figure", {"number": 9000, "label": "Studierende"})]
    profile.audiences = ["work", "study"]
    looks_to(profile, "Japan", "Indien")


PAGES = (CampaignPage, ContributionIndexPage, ContributionPage, PartnerIndexPage, PartnerPage)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("model", PAGES)
def test_every_page_answers_within_its_queries(
    client: Client,
    model: type[Page],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    page = model.objects.live().first()
    assert page
    client.get(page.url)

    with django_assert_max_num_queries(BUDGET):
        answer = client.get(page.url)

    assert answer.status_code == 200
    assert page.title in answer.content.decode()
    assert not answer.cookies


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("model", PAGES)
def test_every_page_can_be_previewed(model: type[Page]) -> None:
    page = model.objects.live().first()
    assert page

    answer = page.make_preview_request()

    answer.render()
    assert answer.status_code == 200


@pytest.mark.usefixtures("full")
def test_many_more_partners_cost_no_more_queries(
    client: Client,
    partner_index: PartnerIndexPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(8):
        partner = Partner.objects.create(name=f"P{number}", slug=f"p{number}", kind="company")
        profile_of(partner, partner_index)
    client.get(partner_index.url)

    with django_assert_max_num_queries(BUDGET):
        client.get(partner_index.url)


def test_readers_choose_the_kind_of_partner(
    client: Client,
    partner_index: PartnerIndexPage,
    profile: PartnerPage,
    chamber_profile: PartnerPage,
) -> None:
    answer = client.get(partner_index.url, {"kind": "chamber"})

    assert [page.pk for page in answer.context["partner_pages"]] == [chamber_profile.pk]
    assert [kind.value for kind in answer.context["kinds"]] == ["chamber", "university"]


@pytest.mark.parametrize(
    "query", ["kind=", "kind=company", "kind=%00", "kind='", "kind=a&kind=b", "page=-1", "x=%ff"]
)
def test_odd_parameters_show_all_partners(
    client: Client, partner_index: PartnerIndexPage, profile: PartnerPage, query: str
) -> None:
    answer = client.get(f"{partner_index.url}?{query}")

    assert answer.status_code == 200
    assert [page.pk for page in answer.context["partner_pages"]] == [profile.pk]


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


def test_a_photo_needs_words_for_those_who_cannot_see_it(
    contribution: ContributionPage, photo: SiteImage
) -> None:
    photo.description = ""
    photo.save()
    contribution.photo = photo

    with pytest.raises(ValidationError) as refused:
        contribution.full_clean()

    assert "photo_alt" in refused.value.message_dict


def test_audiences_are_kept_in_their_order_and_known_ones_only(profile: PartnerPage) -> None:
    profile.audiences = ["work", "nonsense", "study", "work"]

    profile.full_clean()

    assert profile.audiences == ["study", "work"]
    assert len(profile.audience_labels) == 2


def test_a_preview_of_a_new_contribution_knows_its_partner(
    room: ContributionIndexPage, college: Partner
) -> None:
    page = ContributionPage(title="Neu", slug="neu", audience="work", summary="Kurz.")
    page.locale = room.locale
    page.path, page.depth = room.path + "ZZZZ", room.depth + 1

    page.full_clean()

    assert page.partner == college


def test_a_room_shows_what_is_live_in_it(
    room: ContributionIndexPage, contribution: ContributionPage, rf: RequestFactory
) -> None:
    contribution_in(room, "Entwurf").unpublish()

    context = room.get_context(rf.get("/"))

    assert [page.pk for page in context["contributions"]] == [contribution.pk]
    assert contribution.as_teaser().url == contribution.full_url


def test_pages_hang_only_where_they_belong(
    campaign: CampaignPage, partner_index: PartnerIndexPage
) -> None:
    assert not ContributionPage.can_create_at(campaign)
    assert not PartnerPage.can_create_at(campaign)
    assert ContributionIndexPage.can_create_at(campaign)
    assert PartnerPage.can_create_at(partner_index)
