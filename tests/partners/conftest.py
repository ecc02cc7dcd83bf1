"""Two partners in one campaign, in two languages, and the people who write and approve."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from partners.models import (
    CAMPAIGN_EDITORS,
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Membership,
    Partner,
    PartnerIndexPage,
    PartnerPage,
)
from wissensregion.models import User

if TYPE_CHECKING:
    from home.models import HomePage

P = TypeVar("P", bound=Page)


def below(parent: Page, page: P) -> P:
    """Hang a page below another, in its language, and publish it."""
    page.locale = parent.locale
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def translated(page: P, locale: Locale) -> P:
    """Copy a page into another language and publish it."""
    copy: P = page.copy_for_translation(locale)
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy


def person(name: str, language: str = "de") -> User:
    user = User.objects.create_user(name.lower(), f"{name.lower()}@example.org", "password")
    UserProfile.objects.create(user=user, preferred_language=language)
    return user


def at_work(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def campaign(home: HomePage) -> CampaignPage:
    return below(
        home,
        CampaignPage(
            title="Studieren und Arbeiten", slug="campaign", claim="Komm", summary="Eine Kampagne."
        ),
    )


@pytest.fixture
def english_campaign(campaign: CampaignPage, english: Locale) -> CampaignPage:
    return translated(campaign, english)


@pytest.fixture
def partner_index(home: HomePage) -> PartnerIndexPage:
    return below(home, PartnerIndexPage(title="Partner", slug="partner"))


@pytest.fixture
def english_partner_index(partner_index: PartnerIndexPage, english: Locale) -> PartnerIndexPage:
    return translated(partner_index, english)


@pytest.fixture
def college(db: None) -> Partner:
    partner = Partner(name="Hochschule am Rhein", slug="hochschule", kind="university")
    partner.save()
    return partner


@pytest.fixture
def chamber(db: None) -> Partner:
    partner = Partner(name="Kammer am Rhein", slug="kammer", kind="chamber")
    partner.save()
    return partner


def room_of(partner: Partner, campaign: CampaignPage) -> ContributionIndexPage:
    page = ContributionIndexPage(title=partner.name, slug=partner.slug, partner=partner)
    return below(campaign, page)


def profile_of(partner: Partner, index: PartnerIndexPage) -> PartnerPage:
    page = PartnerPage(title=partner.name, slug=partner.slug, partner=partner, summary="Wir.")
    return below(index, page)


def looks_to(profile: PartnerPage, *countries: str) -> None:
    profile.target_countries = [
        ("country", {"country": country, "reason": ""}) for country in countries
    ]
    profile.save_revision().publish()


@pytest.fixture
def room(college: Partner, campaign: CampaignPage) -> ContributionIndexPage:
    return room_of(college, campaign)


@pytest.fixture
def english_room(
    room: ContributionIndexPage, english_campaign: CampaignPage, english: Locale
) -> ContributionIndexPage:
    return translated(room, english)


@pytest.fixture
def profile(college: Partner, partner_index: PartnerIndexPage) -> PartnerPage:
    return profile_of(college, partner_index)


@pytest.fixture
def chamber_room(chamber: Partner, campaign: CampaignPage) -> ContributionIndexPage:
    return room_of(chamber, campaign)


@pytest.fixture
def chamber_profile(chamber: Partner, partner_index: PartnerIndexPage) -> PartnerPage:
    return profile_of(chamber, partner_index)


def contribution_in(room: ContributionIndexPage, title: str) -> ContributionPage:
    page = ContributionPage(title=title, audience="study", summary=f"{title}, kurz gesagt.")
    return below(room, page)


@pytest.fixture
def contribution(room: ContributionIndexPage) -> ContributionPage:
    return contribution_in(room, "Chemie studieren")


@pytest.fixture
def english_contribution(
    contribution: ContributionPage, english_room: ContributionIndexPage, english: Locale
) -> ContributionPage:
    return translated(contribution, english)


@pytest.fixture
def chamber_contribution(chamber_room: ContributionIndexPage) -> ContributionPage:
    return contribution_in(chamber_room, "Lehre im Handwerk")


@pytest.fixture
def mia(college: Partner, german: Locale) -> User:
    """A member who writes for the college in German."""
    user = person("Mia")
    Membership.objects.create(partner=college, user=user, locale=german)
    return user


@pytest.fixture
def emma(college: Partner, english: Locale) -> User:
    """A member who writes for the college in English."""
    user = person("Emma", "en")
    Membership.objects.create(partner=college, user=user, locale=english)
    return user


@pytest.fixture
def otto(chamber: Partner, german: Locale) -> User:
    """A member who writes for the chamber in German."""
    user = person("Otto")
    Membership.objects.create(partner=chamber, user=user, locale=german)
    return user


@pytest.fixture
def carla(campaign: CampaignPage) -> User:
    """A campaign editor, who approves."""
    user = person("Carla")
    user.groups.add(Group.objects.get(name=CAMPAIGN_EDITORS))
    return user


@pytest.fixture
def partner_member(mia: User) -> Client:
    """Mia at work in the CMS."""
    return at_work(mia)
