"""What does not belong is refused with a reason, and nothing of what was there is lost."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from newsletter.composing.models import IssueIndexPage, IssuePage
from newsletter.subscriptions.models import Newsletter
from tests import factories
from wissensregion.models import SiteImage

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from wagtail.models import Page

    from home.models import HomePage
    from wissensregion.models import User

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def at_work(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def story(home: HomePage) -> Page:
    index = factories.NewsIndexPageFactory(parent=home)
    page: Page = factories.NewsPageFactory(parent=index, body=[("paragraph", "<p>Da</p>")])
    return page


@pytest.fixture
def issue(home: HomePage) -> IssuePage:
    newsletter = Newsletter.objects.create(name="Brief", slug="brief", list_id="brief.example.org")
    index = home.add_child(instance=IssueIndexPage(title="Archiv", locale=home.locale))
    page: IssuePage = index.add_child(
        instance=IssuePage(
            title="Ausgabe",
            subject="Ausgabe",
            newsletter=newsletter,
            locale=home.locale,
            body=[("paragraph", "<p>Da</p>")],
        )
    )
    return page


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foto.jpg", b"This is no picture."),
        ("foto.jpg", b""),
        ("foto.jpg", SVG),
        ("foto.svg", SVG),
        ("foto.png", picture()[:60]),
        ("foto.gif", picture("GIF")),
        ("foto.jpg", picture("BMP")),
        ("foto.html", b"<script>alert(1)</script>"),
    ],
)
def test_a_false_picture_is_refused_at_its_field(
    at_work: Client, home: HomePage, name: str, content: bytes
) -> None:
    answer = upload(at_work, name, content)

    assert answer.context["form"].errors["file"]
    assert not SiteImage.objects.exists()


def test_a_picture_too_heavy_is_refused_at_its_field(
    at_work: Client, home: HomePage, settings: Settings
) -> None:
    heavy = picture() + b"\0" * settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE

    answer = upload(at_work, "foto.png", heavy)

    assert answer.context["form"].errors["file"]
    assert not SiteImage.objects.exists()


def test_a_picture_of_too_many_pixels_is_refused_at_its_field(
    at_work: Client, home: HomePage
) -> None:
    answer = upload(at_work, "foto.png", picture(size=(9_000, 7_000)))

    assert answer.context["form"].errors["file"]
    assert not SiteImage.objects.exists()


def test_a_picture_without_a_credit_is_refused(at_work: Client, home: HomePage) -> None:
    answer = upload(at_work, "foto.png", picture(), credit="")

    assert answer.context["form"].errors["credit"]
    assert not SiteImage.objects.exists()


@pytest.mark.parametrize("page", ["story", "issue"])
def test_a_block_of_an_unknown_type_is_refused_and_nothing_is_lost(
    at_work: Client, page: str, request: pytest.FixtureRequest
) -> None:
    row = request.getfixturevalue(page)
    body = {"body-count": "1", "body-0-type": "nonsense", "body-0-order": "0", "body-0-deleted": ""}

    answer = at_work.post(
        reverse("wagtailadmin_pages:edit", args=[row.pk]),
        {"title": "Anders", "slug": row.slug, "action-publish": "yes", **body},
    )

    row.refresh_from_db()
    assert answer.status_code == 400
    assert row.title != "Anders"
    assert [block.block_type for block in row.body] == ["paragraph"]
    assert not row.revisions.exists()


def upload(client: Client, name: str, content: bytes, credit: str = "P. Beispiel") -> Any:
    return client.post(
        reverse("wagtailimages:add"),
        {
            "title": "Foto",
            "file": SimpleUploadedFile(name, content),
            "credit": credit,
            "licence": "own",
            "collection": "1",
        },
    )
