"""What a partner's member writes and sees in the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_localize.models import TranslationSource

from partners.models import (
    ContributionIndexPage,
    ContributionPage,
    Partner,
    PartnerPage,
)
from tests.partners.cms import add_url, contribution_form, denied, edit_url
from tests.partners.conftest import at_work, contribution_in
from wissensregion.models import User

if TYPE_CHECKING:
    from django.test import Client


def test_mia_writes_a_contribution_in_her_room(
    partner_member: Client, college: Partner, room: ContributionIndexPage
) -> None:
    answer = partner_member.post(add_url(room), contribution_form())

    page = ContributionPage.objects.get(slug="neuer-beitrag")
    assert answer.status_code == 302
    assert page.get_parent().pk == room.pk
    assert page.partner == college
    assert not page.live


def test_what_mia_tries_to_publish_stays_a_draft(
    partner_member: Client, room: ContributionIndexPage
) -> None:
    data = {**contribution_form(), "action-publish": "1"}

    partner_member.post(add_url(room), data)

    assert not ContributionPage.objects.get(slug="neuer-beitrag").live


def test_mia_sees_the_form_of_a_draft_and_of_her_profile(
    partner_member: Client, contribution: ContributionPage, profile: PartnerPage
) -> None:
    assert partner_member.get(edit_url(contribution)).status_code == 200
    form = partner_member.get(edit_url(profile)).content.decode()
    assert 'name="audiences"' in form


def test_mia_changes_her_colleagues_draft(
    partner_member: Client, contribution: ContributionPage, admin: User
) -> None:
    contribution.owner = admin
    contribution.save(update_fields=["owner"])

    partner_member.post(edit_url(contribution), contribution_form(title="Chemie neu"))

    contribution.refresh_from_db()
    assert contribution.get_latest_revision_as_object().title == "Chemie neu"
    assert contribution.title == "Chemie studieren"


def test_emma_writes_in_the_english_room(
    emma: User, english_room: ContributionIndexPage, english_contribution: ContributionPage
) -> None:
    client = at_work(emma)

    client.post(add_url(english_room), contribution_form(slug="new"))
    client.post(edit_url(english_contribution), contribution_form(title="Study chemistry"))

    assert ContributionPage.objects.get(slug="new").locale == english_room.locale
    english_contribution.refresh_from_db()
    revised = english_contribution.get_latest_revision_as_object()
    assert revised.title == "Study chemistry"


def test_mia_does_not_give_her_profile_to_another_partner(
    partner_member: Client, profile: PartnerPage, chamber: Partner, college: Partner
) -> None:
    data = nested_form_data(
        {
            "title": "Wir",
            "slug": profile.slug,
            "partner": chamber.pk,
            "summary": "Neu.",
            "address": "",
            **{
                name: streamfield([])
                for name in ("body", "services", "key_figures", "contacts", "links")
            },
            "target_countries": streamfield([]),
            "comments": inline_formset([]),
        }
    )

    answer = partner_member.post(edit_url(profile), {**data, "audiences": ["work", "study"]})

    assert answer.status_code == 302
    profile.refresh_from_db()
    draft = profile.get_latest_revision_as_object()
    assert (draft.title, draft.audiences, draft.partner) == ("Wir", ["study", "work"], college)


@pytest.mark.usefixtures("chamber_profile")
def test_the_explorer_shows_mia_only_the_way_to_her_pages(
    partner_member: Client,
    contribution: ContributionPage,
    chamber_contribution: ContributionPage,
    english_contribution: ContributionPage,
    profile: PartnerPage,
) -> None:
    def listing(page: Page) -> set[int]:
        answer = partner_member.get(reverse("wagtailadmin_explore", args=[page.pk]))
        return {found.pk for found in answer.context["pages"]}

    campaign = contribution.get_parent().get_parent()
    assert listing(campaign.get_parent()) == {campaign.pk, profile.get_parent().pk}
    assert listing(campaign) == {contribution.get_parent().pk}
    assert listing(profile.get_parent()) == {profile.pk}
    menu = partner_member.get("/admin/api/main/pages/?limit=50").json()["items"]
    assert chamber_contribution.pk not in {item["id"] for item in menu}
    assert english_contribution.pk not in {item["id"] for item in menu}


def test_search_in_the_cms_finds_mia_nothing_of_the_chamber(
    partner_member: Client, chamber_contribution: ContributionPage, contribution: ContributionPage
) -> None:
    for address in (
        reverse("wagtailadmin_pages:search") + "?q=Lehre",
        reverse("wagtailadmin_pages:type_use", args=["partners", "contributionpage"]),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:workflow"),
    ):
        answer = partner_member.get(address)
        assert b"Lehre im Handwerk" not in answer.content, address


def test_the_chooser_shows_mia_no_foreign_drafts(
    partner_member: Client,
    contribution: ContributionPage,
    chamber_contribution: ContributionPage,
    chamber_room: ContributionIndexPage,
) -> None:
    secret = contribution_in(chamber_room, "Geheimer Plan")
    secret.unpublish()

    browse = reverse("wagtailadmin_choose_page_child", args=[chamber_room.pk])
    answer = partner_member.get(browse).json()["html"]
    search = partner_member.get(reverse("wagtailadmin_choose_page_search") + "?q=Plan")

    assert "Lehre im Handwerk" in answer
    assert "Geheimer Plan" not in answer
    assert b"Geheimer Plan" not in search.content


def test_the_translations_of_others_are_not_listed_to_mia(
    partner_member: Client, chamber_contribution: ContributionPage
) -> None:
    TranslationSource.get_or_create_from_instance(chamber_contribution)

    for name in ("translations_report", "translations_report_results"):
        assert denied(partner_member.get(reverse(f"wagtail_localize:{name}")))


def test_the_menu_offers_mia_pages_and_pictures_only(
    partner_member: Client, room: ContributionIndexPage
) -> None:
    for name in ("wagtailusers_users:index", "wagtailusers_groups:index", "partner:index"):
        assert denied(partner_member.get(reverse(name))), name
    assert denied(partner_member.get(reverse("wagtaildocs:index")))
    assert partner_member.get(reverse("wagtailimages:index")).status_code == 200
    menu = partner_member.get("/admin/").content.decode()
    assert reverse("wagtailimages:index") in menu
    assert reverse("wagtailadmin_reports:site_history") not in menu
