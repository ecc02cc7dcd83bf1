"""What a partner's member can do in the CMS, and that nothing else opens to them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, reverse
from PIL import Image
from wagtail.admin.urls import pages as page_urls
from wagtail.models import Collection, Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_localize.models import Translation, TranslationSource

from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Partner,
    PartnerPage,
)
from tests import factories
from tests.partners.conftest import at_work, contribution_in
from wissensregion.models import SiteImage, User

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from home.models import HomePage

HOME = "/admin/"


def contribution_form(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = nested_form_data(
        {
            "title": "Neuer Beitrag",
            "slug": "neuer-beitrag",
            "audience": "work",
            "as_of": "2026-11-01",
            "summary": "Was neu ist.",
            "photo": "",
            "photo_alt": "",
            "body": streamfield([]),
            "comments": inline_formset([]),
            **fields,
        }
    )
    return data


def add_url(room: Page) -> str:
    return reverse("wagtailadmin_pages:add", args=["partners", "contributionpage", room.pk])


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def denied(response: HttpResponse) -> bool:
    """Wagtail sends who may not do something to the CMS's first page, or answers 403."""
    return response.status_code == 403 or (
        response.status_code == 302 and response.headers["Location"] == HOME
    )


def tree() -> list[tuple[Any, ...]]:
    pages = Page.objects.order_by("path")
    return list(pages.values_list("pk", "path", "title", "live", "latest_revision", "locked"))


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
    room: ContributionIndexPage,
    english_room: ContributionIndexPage,
    contribution: ContributionPage,
    english_contribution: ContributionPage,
) -> None:
    before = tree()
    english = at_work(emma)

    answers = [
        partner_member.post(add_url(english_room), contribution_form()),
        partner_member.post(edit_url(english_contribution), contribution_form()),
        english.post(add_url(room), contribution_form()),
        english.post(edit_url(contribution), contribution_form()),
    ]

    assert all(denied(answer) for answer in answers)
    assert tree() == before


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
        if pattern.name == "workflow_confirm_cancellation":
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


def test_the_explorer_shows_mia_only_the_way_to_her_pages(
    partner_member: Client,
    home: HomePage,
    contribution: ContributionPage,
    chamber_contribution: ContributionPage,
    english_contribution: ContributionPage,
    profile: PartnerPage,
    chamber_profile: PartnerPage,
) -> None:
    def listing(page: Page) -> set[int]:
        answer = partner_member.get(reverse("wagtailadmin_explore", args=[page.pk]))
        return {found.pk for found in answer.context["pages"]}

    campaign = contribution.get_parent().get_parent()
    assert listing(home) == {campaign.pk, profile.get_parent().pk}
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


def test_the_menu_offers_mia_pages_and_pictures_only(
    partner_member: Client, room: ContributionIndexPage
) -> None:
    for name in ("wagtailusers_users:index", "wagtailusers_groups:index", "partner:index"):
        assert denied(partner_member.get(reverse(name))), name
    assert denied(partner_member.get(reverse("wagtaildocs:index")))
    assert partner_member.get(reverse("wagtailimages:index")).status_code == 200


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


def picture() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (20, 20), "teal").save(file, "PNG")
    return SimpleUploadedFile("bild.png", file.getvalue(), "image/png")


def image_form(collection: Collection) -> dict[str, Any]:
    return {
        "title": "Labor",
        "file": picture(),
        "description": "Ein Labor",
        "credit": "Paula Beispiel",
        "licence": "own",
        "people": "",
        "collection": collection.pk,
        "tags": "",
        **dict.fromkeys(
            ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"), ""
        ),
    }


def test_mias_pictures_land_in_her_partners_collection_whatever_she_posts(
    partner_member: Client, college: Partner, chamber: Partner, otto: User
) -> None:
    college.refresh_from_db()
    chamber.refresh_from_db()
    assert chamber.collection

    partner_member.post(reverse("wagtailimages:add"), image_form(chamber.collection))

    assert not SiteImage.objects.exclude(collection=college.collection).exists()


def test_mia_neither_sees_nor_changes_nor_deletes_foreign_pictures(
    partner_member: Client, college: Partner, chamber: Partner, otto: User
) -> None:
    chamber.refresh_from_db()
    college.refresh_from_db()
    own = factories.SiteImageFactory(title="Hörsaal", collection=college.collection)
    foreign = factories.SiteImageFactory(title="Werkstatt", collection=chamber.collection)
    office = factories.SiteImageFactory(title="Rathaus")

    listing = partner_member.get(reverse("wagtailimages:index")).content.decode()
    assert "Hörsaal" in listing
    assert "Werkstatt" not in listing
    assert "Rathaus" not in listing
    for image in (foreign, office):
        for verb in ("edit", "delete"):
            url = reverse(f"wagtailimages:{verb}", args=[image.pk])
            assert denied(partner_member.post(url, image_form(college.collection))), verb
    assert set(SiteImage.objects.values_list("title", flat=True)) == {
        "Hörsaal",
        "Werkstatt",
        "Rathaus",
    }
    edit = reverse("wagtailimages:edit", args=[own.pk])
    assert partner_member.get(edit).status_code == 200


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


def test_the_translations_of_others_are_not_listed_to_mia(
    partner_member: Client, chamber_contribution: ContributionPage
) -> None:
    TranslationSource.get_or_create_from_instance(chamber_contribution)

    for name in ("translations_report", "translations_report_results"):
        assert denied(partner_member.get(reverse(f"wagtail_localize:{name}")))
