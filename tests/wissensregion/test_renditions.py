"""Renditions are made behind the scenes, once, and never by whoever looks at a page."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from PIL import Image, ImageChops, ImageCms, ImageStat

from tests.factories import NewsIndexPageFactory, NewsPageFactory, SiteImageFactory
from wissensregion import pictures
from wissensregion.generations import current
from wissensregion.models import Readiness, SiteImage, SiteRendition
from wissensregion.renditions import making, readiness
from wissensregion.renditions.readiness import State
from wissensregion.renditions.specs import LOGO, specs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from home.models import HomePage
    from news.models import NewsPage
    from wissensregion.models import User

pytestmark = pytest.mark.django_db
NEARLY_ALIKE = 6


@pytest.fixture
def fresh(db: None) -> SiteImage:
    """A picture that has just come in."""
    return SiteImageFactory(made=False, file__width=640, file__height=480)


@pytest.fixture
def story(home: HomePage, fresh: SiteImage) -> NewsPage:
    index = NewsIndexPageFactory(parent=home, slug="aktuelles")
    story: NewsPage = NewsPageFactory(parent=index, slug="preis", photo=fresh)
    return story


def state(image: SiteImage) -> str | None:
    row = Readiness.objects.filter(pk=image.pk).first()
    return row.state if row else None


def opened(rendition: SiteRendition) -> Image.Image:
    with rendition.file.storage.open(rendition.file.name) as file:
        picture = Image.open(BytesIO(file.read()))
        picture.load()
        return picture


def test_looking_makes_no_picture_and_changes_nothing(
    client: Client, home: HomePage, story: NewsPage
) -> None:
    before = current()

    pages = [client.get(path) for path in ("/", "/aktuelles/", story.url)]
    answer = client.get(f"/api/v1/pages/{story.pk}/").json()

    assert [page.status_code for page in pages] == [200] * 3
    assert "<picture" not in pages[2].content.decode()
    assert "Eine Brücke über den Rhein" in pages[2].content.decode()
    assert answer["photo"]["renditions"] == []
    assert (SiteRendition.objects.count(), current()) == (0, before)


def test_an_upload_is_made_ready_by_the_worker_and_then_shown(
    client: Client,
    editor: User,
    story: NewsPage,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert "<picture" not in client.get(story.url).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        story.photo.save()

    shown = client.get(story.url).content.decode()
    addresses = re.findall(r"(/media/[^ \"]+)", shown)
    assert {address.rpartition(".")[2] for address in addresses} >= {"avif", "webp", "jpg"}
    for address in addresses:
        assert (Path(story.photo.file.storage.location) / address[len("/media/") :]).exists()


def test_wagtail_finds_what_was_made_under_the_names_it_would_give(fresh: SiteImage) -> None:
    making.make(fresh.pk)
    image = SiteImage.objects.get(pk=fresh.pk)

    found = image.get_renditions(*specs())

    assert SiteRendition.objects.count() == len(specs())
    assert Path(found[LOGO].file.name).name == (
        f"{Path(image.file.name).stem}.max-480x240.format-webp.webp"
    )


def _gradient(mode: str = "RGB") -> Image.Image:
    """Another colour in each corner: what is turned or cut wrongly does not look alike."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata([(250, 20, 20), (20, 230, 20), (30, 30, 240), (240, 240, 40)])
    picture = corners.resize((1300, 900), Image.Resampling.BICUBIC)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture if mode in {"RGB", "RGBA"} else picture.convert(mode)


def _on_its_side() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kamera von Ada"
    return _saved(_gradient(), "JPEG", exif=exif)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


KINDS: dict[str, Callable[[], bytes]] = {
    "turned.jpg": _on_its_side,
    "grey.jpg": lambda: _saved(_gradient("L"), "JPEG"),
    "print.jpg": lambda: _saved(_gradient("CMYK"), "JPEG"),
    "clear.png": lambda: _saved(_gradient("RGBA"), "PNG"),
    "palette.png": lambda: _saved(_gradient("P"), "PNG"),
    "small.webp": lambda: _saved(_gradient().resize((200, 140)), "WEBP"),
}


def stored(name: str, content: bytes, **values: Any) -> SiteImage:
    file = ContentFile(content, name=name)
    image = SiteImage(title=name, credit="Ada", licence="own", file=file, **values)
    image.save()
    return image


@pytest.mark.parametrize("name", KINDS)
def test_what_is_made_looks_as_wagtail_would_have_made_it(name: str) -> None:
    focus = {f"focal_point_{key}": 150 for key in ("x", "y", "width", "height")}
    image = stored(name, KINDS[name](), **focus)
    source = Path(image.file.path).read_bytes()

    assert making.make(image.pk)

    for rendition in image.renditions.exclude(filter_spec__contains="480x320"):
        mine = opened(rendition)
        out = BytesIO()
        rendition.filter.run(image, out, source=BytesIO(source))
        theirs = Image.open(out)
        assert mine.size == theirs.size == (rendition.width, rendition.height)
        difference = ImageChops.difference(mine.convert("RGBA"), theirs.convert("RGBA"))
        assert max(ImageStat.Stat(difference).mean) < NEARLY_ALIKE, rendition.filter_spec
        assert not mine.getexif(), rendition.filter_spec


def test_a_clear_ground_stays_clear_and_is_white_in_jpeg() -> None:
    image = stored("logo.png", _saved(Image.new("RGBA", (300, 200), (0, 0, 0, 0)), "PNG"))

    making.make(image.pk)

    for rendition in image.renditions.all():
        corner = opened(rendition).convert("RGBA").getpixel((0, 0))
        assert isinstance(corner, tuple)
        if "jpeg" in rendition.filter_spec:
            assert min(corner) > 250, rendition.filter_spec
        else:
            assert corner[3] == 0, rendition.filter_spec


def test_colours_are_what_the_cameras_profile_says() -> None:
    # A profile in which red and blue have changed places, under a name of its own.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"????"), (b"bXYZ", b"rXYZ"), (b"????", b"bXYZ")):
        profile = profile.replace(old, new, 1)
    profile = profile.replace("sRGB".encode("utf-16-be"), "Rhein"[:4].encode("utf-16-be"))
    red = _saved(Image.new("RGB", (60, 40), (255, 0, 0)), "PNG", icc_profile=profile)
    image = stored("rot.png", red)

    making.make(image.pk)

    pixel = opened(image.renditions.get(filter_spec=LOGO)).convert("RGB").getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert pixel[2] > 200
    assert pixel[0] < 60


def test_two_at_once_make_them_once(fresh: SiteImage) -> None:
    permit = readiness.begin(fresh)

    assert permit is not None
    assert not making.make(fresh.pk)
    assert not SiteRendition.objects.exists()


def test_what_was_made_of_the_file_before_is_thrown_away(fresh: SiteImage) -> None:
    permit = readiness.begin(fresh)
    assert permit is not None

    fresh.file = ContentFile(_saved(Image.new("RGB", (70, 50)), "PNG"), name="anderes.png")
    fresh.save()

    assert not permit.end(State.MADE)
    assert making.make(fresh.pk)
    assert set(fresh.renditions.values_list("width", flat=True)) == {70}


def test_a_new_focal_point_is_cut_anew_and_the_old_cut_is_shown_until_then(
    fresh: SiteImage,
) -> None:
    making.make(fresh.pk)
    before = pictures.sources(fresh, crop=True)

    fresh.focal_point_x = fresh.focal_point_y = 90
    fresh.focal_point_width = fresh.focal_point_height = 60
    fresh.save()

    assert pictures.sources(fresh, crop=True) == before
    call_command("make_renditions")
    assert pictures.sources(fresh, crop=True) not in {before, None}


def test_a_damaged_file_is_reported_not_tried_again_and_healed_by_another(
    client: Client, home: HomePage, editor: User, fresh: SiteImage
) -> None:
    Path(fresh.file.path).write_bytes(_on_its_side()[:4000])
    client.force_login(editor)

    call_command("make_renditions")

    assert (state(fresh), making.lacking().count()) == (State.BROKEN, 0)
    edit = reverse("wagtailimages:edit", args=[fresh.pk])
    assert "Seine Datei ist beschädigt." in client.get("/admin/").content.decode()
    assert "Dieses Bild wird nirgends gezeigt." in client.get(edit).content.decode()
    fresh.file = ContentFile(_on_its_side(), name="heil.jpg")
    fresh.save()
    call_command("make_renditions")
    assert state(fresh) == State.MADE
    assert "beschädigt" not in client.get("/admin/").content.decode()


def test_a_lost_file_is_looked_for_again_an_hour_later(fresh: SiteImage) -> None:
    file = Path(fresh.file.path)
    content = file.read_bytes()
    file.unlink()
    with time_machine.travel("2026-12-01 10:00Z", tick=False) as clock:
        assert not making.make(fresh.pk)
        file.write_bytes(content)
        assert (state(fresh), making.lacking().count()) == (State.LOST, 0)

        clock.shift(readiness.AGAIN + timedelta(seconds=1))

        assert making.make_lacking(seconds=10) == 1


def test_a_picture_at_which_workers_die_is_given_up(fresh: SiteImage) -> None:
    with time_machine.travel("2026-12-01 10:00Z", tick=False) as clock:
        for _death in range(readiness.TRIES):
            assert readiness.begin(fresh)
            assert making.lacking().count() == 0
            clock.shift(readiness.GONE + timedelta(seconds=1))

        assert not making.make(fresh.pk)

        assert (state(fresh), making.lacking().count()) == (State.STUCK, 0)


def test_the_clock_makes_what_a_lost_task_has_left(fresh: SiteImage) -> None:
    call_command("clock", "--once")

    assert state(fresh) == State.MADE
    assert SiteRendition.objects.count() == len(specs())


def test_deleted_renditions_are_made_again(fresh: SiteImage) -> None:
    making.make(fresh.pk)

    call_command("wagtail_update_image_renditions", "--purge-only")

    assert making.make_lacking(seconds=10) == 1
    assert SiteRendition.objects.count() == len(specs())


def test_what_the_cms_makes_for_itself_changes_nothing_for_visitors(fresh: SiteImage) -> None:
    before = current()
    fresh.get_rendition("max-165x165")
    assert current() == before

    making.make(fresh.pk)

    assert current() != before
