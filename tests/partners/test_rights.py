"""A membership gives exactly the rights it stands for, and takes them when it ends."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page

from partners import actions
from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Membership,
    Partner,
    PartnerGroup,
    PartnerIndexPage,
    PartnerPage,
)
from tests import factories
from tests.partners.conftest import contribution_in, profile_of, room_of, translated
from wissensregion.models import User


def page_rights(user: User) -> set[tuple[int, str]]:
    rights = GroupPagePermission.objects.filter(group__user=user)
    return set(rights.values_list("page_id", "permission__codename"))


def picture_rights(user: User) -> set[tuple[str, str]]:
    rights = GroupCollectionPermission.objects.filter(group__user=user)
    return set(rights.values_list("collection__name", "permission__codename"))


def again(user: User) -> User:
    """The same person, with no rights remembered from before."""
    return User.objects.get(pk=user.pk)


def test_mia_gets_her_room_her_profile_and_her_pictures_and_nothing_else(
    room: ContributionIndexPage,
    profile: PartnerPage,
    chamber_room: ContributionIndexPage,
    chamber_profile: PartnerPage,
    mia: User,
) -> None:
    assert page_rights(mia) == {
        (room.pk, "add_page"),
        (room.pk, "change_page"),
        (profile.pk, "change_page"),
    }
    assert picture_rights(mia) == {
        ("Hochschule am Rhein", "add_image"),
        ("Hochschule am Rhein", "change_image"),
        ("Hochschule am Rhein", "choose_image"),
    }
    assert again(mia).get_all_permissions() == {"wagtailadmin.access_admin"}


def test_pages_made_after_mia_joined_are_hers_too(
    college: Partner, mia: User, campaign: CampaignPage, partner_index: PartnerIndexPage
) -> None:
    room = room_of(college, campaign)
    profile = profile_of(college, partner_index)

    assert {page for page, _ in page_rights(mia)} == {room.pk, profile.pk}


def test_a_translated_room_is_emmas_and_not_mias(
    english_room: ContributionIndexPage, room: ContributionIndexPage, mia: User, emma: User
) -> None:
    assert {page for page, _ in page_rights(emma)} == {english_room.pk}
    assert {page for page, _ in page_rights(mia)} == {room.pk}


def test_the_room_translated_after_emma_joined_is_hers(
    room: ContributionIndexPage, emma: User, english_campaign: CampaignPage, english: Locale
) -> None:
    assert page_rights(emma) == set()

    english_room = translated(room, english)

    assert {page for page, _ in page_rights(emma)} == {english_room.pk}


def test_rights_end_the_moment_the_membership_ends(room: ContributionIndexPage, mia: User) -> None:
    mia.memberships.all().delete()

    assert page_rights(mia) == set()
    assert picture_rights(mia) == set()
    assert again(mia).get_all_permissions() == set()
    assert not PartnerGroup.objects.exists()
    assert not Group.objects.filter(name__startswith="Partner ").exists()


def test_mia_keeps_german_when_she_gives_up_english(
    college: Partner,
    room: ContributionIndexPage,
    english_room: ContributionIndexPage,
    mia: User,
    english: Locale,
) -> None:
    writes_english = Membership.objects.create(partner=college, user=mia, locale=english)
    assert {page for page, _ in page_rights(mia)} == {room.pk, english_room.pk}

    writes_english.delete()

    assert {page for page, _ in page_rights(mia)} == {room.pk}


def test_syncing_again_changes_nothing(
    college: Partner, room: ContributionIndexPage, profile: PartnerPage, mia: User
) -> None:
    before = page_rights(mia), picture_rights(mia), set(mia.groups.values_list("pk", flat=True))

    actions.sync_rights(college)

    assert before == (
        page_rights(mia),
        picture_rights(mia),
        set(mia.groups.values_list("pk", flat=True)),
    )


def test_rights_someone_added_to_the_group_by_hand_are_taken_back(
    college: Partner, room: ContributionIndexPage, chamber_room: Page, mia: User, otto: User
) -> None:
    group = mia.groups.get()
    of_otto = GroupPagePermission.objects.filter(group__user=otto).first()
    assert of_otto
    GroupPagePermission.objects.create(
        group=group, page=chamber_room, permission=of_otto.permission
    )
    otto.groups.add(group)

    actions.sync_rights(college)

    assert {page for page, _ in page_rights(mia)} == {room.pk}
    assert {page for page, _ in page_rights(otto)} == {chamber_room.pk}


def test_deleting_the_room_takes_the_rights_on_it(
    room: ContributionIndexPage, profile: PartnerPage, mia: User
) -> None:
    Page.objects.get(pk=room.pk).delete()

    assert page_rights(mia) == {(profile.pk, "change_page")}


def test_a_room_given_to_another_partner_changes_hands_with_all_in_it(
    room: ContributionIndexPage,
    contribution: ContributionPage,
    chamber: Partner,
    mia: User,
    otto: User,
) -> None:
    room.partner = chamber
    room.save()

    assert page_rights(mia) == set()
    assert {page for page, _ in page_rights(otto)} == {room.pk}
    contribution.refresh_from_db()
    assert contribution.partner == chamber


def test_a_renamed_partner_renames_its_group_and_its_collection(
    college: Partner, mia: User
) -> None:
    college.name, college.slug = "Universität am Rhein", "universitaet"
    college.save()

    assert mia.groups.get().name == "Partner universitaet (de)"
    assert {name for name, _ in picture_rights(mia)} == {"Universität am Rhein"}


def test_a_partner_that_leaves_takes_its_groups_along_and_leaves_its_pictures(
    college: Partner, mia: User
) -> None:
    college.refresh_from_db()
    factories.SiteImageFactory(collection=college.collection)

    college.delete()

    assert not mia.groups.exists()
    assert not PartnerGroup.objects.exists()
    assert Collection.objects.filter(name="Hochschule am Rhein").exists()


def test_an_empty_collection_goes_with_its_partner(college: Partner, mia: User) -> None:
    Partner.objects.get(pk=college.pk).delete()

    assert not Collection.objects.filter(name="Hochschule am Rhein").exists()


def test_a_language_that_is_taken_off_takes_its_groups_along(
    college: Partner, emma: User, german: Locale
) -> None:
    Locale.objects.get(language_code="en").delete()

    assert not emma.groups.exists()
    assert not Group.objects.filter(name="Partner hochschule (en)").exists()


def test_who_approves_cannot_also_write(college: Partner, carla: User, german: Locale) -> None:
    with pytest.raises(ValidationError) as refused:
        Membership(partner=college, user=carla, locale=german).full_clean()

    assert "user" in refused.value.message_dict


def test_a_contribution_belongs_to_the_room_it_hangs_in(
    room: ContributionIndexPage,
    chamber_room: ContributionIndexPage,
    english_room: ContributionIndexPage,
    english: Locale,
) -> None:
    college, chamber = room.partner, chamber_room.partner
    draft = ContributionPage(title="Entwurf", audience="work", live=False, locale=room.locale)
    draft.partner = chamber
    Page.objects.get(pk=room.pk).add_child(instance=draft)
    assert draft.partner == college

    page = contribution_in(room, "Physik studieren")
    assert page.copy_for_translation(english).partner == college
    copied = page.copy(to=chamber_room, update_attrs={"slug": "kopie"})
    assert ContributionPage.objects.get(pk=copied.pk).partner == chamber

    page.move(chamber_room, pos="last-child")
    assert ContributionPage.objects.get(pk=page.pk).partner == chamber


def test_an_old_revision_does_not_bring_the_old_partner_back(
    chamber: Partner, contribution: ContributionPage, chamber_room: ContributionIndexPage
) -> None:
    before = contribution.save_revision()
    contribution.move(chamber_room, pos="last-child")

    before.publish()

    assert ContributionPage.objects.get(pk=contribution.pk).partner == chamber
