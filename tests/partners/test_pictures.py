"""A partner's pictures are its own, and no others are."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection

from partners.models import (
    Partner,
)
from tests import factories
from tests.partners.cms import denied
from tests.partners.conftest import at_work
from wissensregion.models import SiteImage, User

if TYPE_CHECKING:
    from django.test import Client


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


def test_the_api_of_the_cms_lists_mia_her_own_pictures_only(
    partner_member: Client, college: Partner, admin: User
) -> None:
    college.refresh_from_db()
    factories.SiteImageFactory(title="Hörsaal", collection=college.collection)
    office = factories.SiteImageFactory(title="Rathaus")

    def titles(client: Client) -> set[str]:
        found = client.get("/admin/api/main/images/").json()["items"]
        return {image["title"] for image in found}

    assert titles(partner_member) == {"Hörsaal"}
    assert titles(at_work(admin)) == {"Hörsaal", "Rathaus"}
    # The editor of translations asks for the pictures that stand on a page.
    assert partner_member.get(f"/admin/api/main/images/{office.pk}/").status_code == 200
