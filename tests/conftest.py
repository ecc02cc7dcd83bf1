"""The site every test stands on, in two locales, and the people who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Locale, Page, Site

from home.models import HomePage
from newsletter import guards
from tests import factories
from wissensregion import keeping
from wissensregion.models import SiteImage, User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

pytest_plugins = ("tests.live.fixtures", "tests.no_skips", "tests.scheduling")


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    """Uploads of one test stay with that test, and what its server remembers."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.NEWSLETTER_STATE_DIR = tmp_path / "state"


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """What this process made of one test's pages is nothing to another test."""
    keeping.forget()


@pytest.fixture(autouse=True)
def guards_come_off_before_tables_are_emptied(
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """Tests without a transaction around them end by deleting rows, which guards refuse."""
    marker = request.node.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(request.fixturenames)
    if asked or (marker and marker.kwargs.get("transaction")):
        # Asked for here, so that it ends after this; emptying the tables puts them up again.
        request.getfixturevalue("transactional_db")
        yield
        guards.remove()
    else:
        yield


@pytest.fixture
def german(db: None) -> Locale:
    return Locale.objects.get_or_create(language_code="de")[0]


@pytest.fixture
def english(db: None) -> Locale:
    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def home(german: Locale, english: Locale) -> HomePage:
    """The German home page of the default site; its English translation stands beside it."""
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    root.get_children().delete()
    root = Page.objects.get(pk=root.pk)
    home = HomePage(
        title="Wissensregion Düsseldorf", slug="de", lead="Wissen am Rhein", locale=german
    )
    root.add_child(instance=home)
    Site.objects.create(
        hostname="testserver", root_page=home, is_default_site=True, site_name="Wissensregion"
    )
    translation = home.copy_for_translation(english)
    translation.title = "Knowledge Region Düsseldorf"
    translation.slug = "en"
    translation.lead = "Knowledge on the Rhine"
    translation.save_revision().publish()
    return home


@pytest.fixture
def english_home(home: HomePage, english: Locale) -> HomePage:
    translation = home.get_translation(english)
    assert isinstance(translation, HomePage)
    return translation


@pytest.fixture
def photo(db: None) -> SiteImage:
    return factories.SiteImageFactory()


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin", "admin@example.org", "password")


@pytest.fixture
def editor(db: None) -> User:
    """Someone of the office, who may edit and publish everywhere."""
    user = User.objects.create_user("editor", "editor@example.org", "password")
    group = Group.objects.get(name="Editors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group, Group.objects.get(name="Moderators"))
    return user
