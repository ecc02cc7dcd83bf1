"""Days and moments are typed and shown as the language of the editor writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from home.models import StandardPage
from tests.factories import SiteImageFactory
from tests.home.conftest import hang
from tests.wissensregion.test_schedule import posted
from wissensregion.models import SiteImage

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from wissensregion.models import User

AT = datetime(2026, 12, 24, 9, 0, 5, tzinfo=UTC)


@pytest.fixture
def page(home: HomePage) -> StandardPage:
    return hang(home, StandardPage(title="Termin", slug="termin", summary="Kurz.", live=False))


def speak(user: User, language: str) -> None:
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})


def shown(client: Client, page: StandardPage) -> str:
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


@pytest.mark.parametrize(
    "way",
    [
        ("de", "24.12.2026 10:00:05", "24.12.2026 10:00:05"),
        ("de", "2026-12-24 10:00:05", "24.12.2026 10:00:05"),
        ("en", "24 December 2026 10:00:05", "2026-12-24 10:00:05"),
        ("en", "24.12.2026 10:00:05", "2026-12-24 10:00:05"),
    ],
)
def test_a_moment_is_read_as_it_is_typed_and_shown_again_to_the_second(
    client: Client, editor: User, page: StandardPage, way: tuple[str, str, str]
) -> None:
    language, typed, then = way
    speak(editor, language)
    client.force_login(editor)

    answer = posted(client, page, "action-save", go_live_at=typed)

    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.get_latest_revision().as_object().go_live_at == AT
    assert f'value="{then}"' in shown(client, page)


@pytest.mark.parametrize(("language", "typed"), [("en", "05/06/2026 10:00"), ("de", "Heiligabend")])
def test_what_could_be_two_days_or_none_is_refused(
    client: Client, editor: User, page: StandardPage, language: str, typed: str
) -> None:
    speak(editor, language)
    client.force_login(editor)

    answer = posted(client, page, "action-save", go_live_at=typed)

    assert "go_live_at" in answer.context["form"].errors


def test_days_are_shown_in_the_language_too(client: Client, editor: User, db: Any) -> None:
    picture = SiteImageFactory(licence_until=date(2099, 12, 24))
    assert isinstance(picture, SiteImage)
    client.force_login(editor)
    address = reverse("wagtailimages:edit", args=[picture.pk])

    for language, day in (("de", "24.12.2099"), ("en", "2099-12-24")):
        speak(editor, language)
        assert f'value="{day}"' in client.get(address).content.decode()
