"""What readers see of partners and their campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import RequestFactory
from wagtail.models import Page

from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Partner,
    PartnerIndexPage,
    PartnerPage,
)
from tests.partners.conftest import contribution_in, looks_to, profile_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries


BUDGET = 12


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
