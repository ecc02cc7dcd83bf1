"""Pictures come in whole, with their rights and their people, or not at all."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests.factories import NewsIndexPageFactory, NewsPageFactory
from wissensregion.models import Licence, SiteImage

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from home.models import HomePage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind)
    return out.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Urkunde",
        "file": upload("urkunde.jpg", picture()),
        "description": "Vier Menschen",
        "credit": "Paula Beispiel",
        "licence": Licence.OWN,
        "people": "Ada; Leiterin; Stadt",
        "tags": "",
        **changes,
    }


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def errors(client: Client, **changes: Any) -> dict[str, list[str]]:
    """Try to upload; return what the form says, and see that it kept what was typed."""
    response = client.post(reverse("wagtailimages:add"), form(**changes))
    assert response.status_code == 200
    assert not SiteImage.objects.exists()
    page = response.content.decode()
    for name in ("title", "credit", "people"):
        if name not in changes:
            assert form()[name] in page
    return dict(response.context["form"].errors)


def test_a_picture_comes_in_with_its_rights_and_its_people(office: Client) -> None:
    office.post(reverse("wagtailimages:add"), form(people="Ada; Leiterin; Stadt\n\nBen"))

    image = SiteImage.objects.get()
    assert (image.credit, image.licence, image.width) == ("Paula Beispiel", "own", 64)
    assert image.people == [
        {"name": "Ada", "role": "Leiterin", "organisation": "Stadt"},
        {"name": "Ben", "role": "", "organisation": ""},
    ]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_common_formats_come_in(office: Client, kind: str) -> None:
    office.post(
        reverse("wagtailimages:add"),
        form(file=upload(f"urkunde.{kind.lower()}", picture(kind))),
    )

    assert SiteImage.objects.get().file.name.endswith(kind.lower())


@pytest.mark.parametrize("field", ["credit", "licence", "title", "file"])
def test_nothing_comes_in_without(office: Client, field: str) -> None:
    assert list(errors(office, **{field: ""})) == [field]


@pytest.mark.parametrize(
    ("people", "line"),
    [("Ada; Leiterin; Stadt; Bund", "1"), ("Ada\n; Leiterin", "2"), ("Ada\n\nBen;;;;;", "3")],
)
def test_a_line_of_people_that_cannot_be_read_is_named(
    office: Client, people: str, line: str
) -> None:
    (message,) = errors(office, people=people)["people"]

    assert line in message


FULL = picture(size=(400, 300))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.jpg", b"Dies ist kein Bild."),
        ("leer.jpg", b"\xff\xd8\xff\xe0"),
        ("abgeschnitten.jpg", FULL[: len(FULL) // 2]),
        ("abgeschnitten.png", picture("PNG", (400, 300))[:5000]),
        ("abgeschnitten.webp", picture("WEBP", (400, 300))[:2000]),
        ("skript.svg", SVG),
        ("skript.jpg", SVG),
        ("skript.png", b"<script>alert(1)</script>"),
        ("falsch.png", FULL),
        ("programm.exe", FULL),
        ("gif.gif", picture("GIF")),
    ],
)
def test_what_is_no_whole_picture_is_refused(office: Client, name: str, content: bytes) -> None:
    messages = errors(office, file=upload(name, content))

    assert list(messages) == ["file"]


def test_a_picture_of_too_many_bytes_is_refused(office: Client, settings: Settings) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000

    (message,) = errors(office, file=upload("gross.jpg", FULL))["file"]

    assert "verkleinern Sie es" in message


def test_a_picture_of_too_many_pixels_is_refused(office: Client, settings: Settings) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 400 * 300 - 1

    assert list(errors(office, file=upload("gross.jpg", FULL))) == ["file"]


def bomb(width: int, height: int) -> bytes:
    """Few bytes that say they hold many pixels; whoever decodes them finds that they lie."""
    size = b"IHDR" + struct.pack(">II", width, height) + picture("PNG", (8, 8))[24:29]
    honest = picture("PNG", (8, 8))
    return honest[:12] + size + struct.pack(">I", zlib.crc32(size)) + honest[33:]


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_undecoded(
    office: Client, side: int
) -> None:
    (message,) = errors(office, file=upload("bombe.png", bomb(side, side)))["file"]

    assert "mehr als 60 Millionen Pixel" in message
    assert "Verkleinern Sie es" in message


@pytest.mark.parametrize("name", ["logo.svg", "logo.png"])
@pytest.mark.parametrize(
    "drawing",
    [
        SVG,
        b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><foreignObject/></svg>',
        b'  <svg><image href="https://example.org/spy.png"/></svg>',
    ],
)
def test_a_drawing_is_refused_with_the_way_to_bring_it(
    office: Client, name: str, drawing: bytes
) -> None:
    (message,) = errors(office, file=upload(name, drawing))["file"]

    assert "SVG" in message
    assert "Exportieren Sie die Zeichnung als PNG" in message


def test_a_refused_new_file_leaves_the_old_one(office: Client) -> None:
    office.post(reverse("wagtailimages:add"), form())
    image = SiteImage.objects.get()

    office.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        form(file=upload("kaputt.jpg", FULL[: len(FULL) // 2])),
    )

    after = SiteImage.objects.get()
    assert after.file.name == image.file.name
    assert after.file.storage.exists(after.file.name)


def test_the_people_of_a_picture_are_edited_as_lines(office: Client) -> None:
    office.post(reverse("wagtailimages:add"), form())
    image = SiteImage.objects.get()
    address = reverse("wagtailimages:edit", args=[image.pk])
    assert "Ada; Leiterin; Stadt" in office.get(address).content.decode()

    data = form(people="Cleo; Sprecherin")
    del data["file"]
    office.post(address, data)

    assert [person["name"] for person in SiteImage.objects.get().people] == ["Cleo"]


def test_many_pictures_wait_for_their_rights(office: Client) -> None:
    response = office.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Urkunde", "files[]": upload("urkunde.jpg", picture())},
    )
    answer = response.json()
    assert answer["success"]
    assert not SiteImage.objects.exists()

    number = answer["uploaded_file_id"]
    prefix = f"uploaded-image-{number}"
    address = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number])
    data = {f"{prefix}-{key}": value for key, value in form().items() if key != "file"}
    refused = office.post(address, {**data, f"{prefix}-credit": ""}).json()
    assert (refused["success"], SiteImage.objects.count()) == (False, 0)

    assert office.post(address, data).json()["success"]
    assert SiteImage.objects.get().credit == "Paula Beispiel"


def test_a_torn_picture_among_many_is_refused(office: Client) -> None:
    response = office.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Urkunde", "files[]": upload("urkunde.jpg", FULL[: len(FULL) // 2])},
    )

    assert not response.json()["success"]


def test_deleting_a_picture_in_use_says_where_it_is_used(
    office: Client, home: HomePage, photo: SiteImage
) -> None:
    story = NewsPageFactory(parent=NewsIndexPageFactory(parent=home), photo=photo)

    page = office.get(reverse("wagtailimages:delete", args=[photo.pk])).content.decode()
    assert reverse("wagtailimages:image_usage", args=[photo.pk]) in page

    office.post(reverse("wagtailimages:delete", args=[photo.pk]))
    story.refresh_from_db()
    assert story.photo is None
