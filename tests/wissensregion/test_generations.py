"""Whatever changes for visitors gets a number of its own, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import Sum
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from home.models import SiteProfile
from tests import factories
from wissensregion import generations, noticing
from wissensregion.generations import Change, current
from wissensregion.plugin import plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from wagtail.models import Locale

    from home.models import HomePage
    from news.models import NewsPage
    from wissensregion.models import SiteImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(home: HomePage) -> NewsPage:
    index = factories.NewsIndexPageFactory(parent=home, slug="aktuelles")
    story: NewsPage = factories.NewsPageFactory(parent=index, slug="preis")
    return story


def _rename(story: NewsPage) -> None:
    story.slug = "anderer-preis"
    story.save_revision().publish()


ACTS: dict[str, Callable[[NewsPage], object]] = {
    "publish": lambda story: story.save_revision().publish(),
    "unpublish": lambda story: story.unpublish(),
    "rename": _rename,
    "move": lambda story: story.move(story.get_parent().get_parent(), pos="last-child"),
    "delete": lambda story: story.delete(),
    "settings": lambda story: SiteProfile.objects.create(organisation="W", locale=story.locale),
    "host": lambda _story: Site.objects.update(hostname="www.example.org"),
    "redirect": lambda story: Redirect.objects.create(old_path="/alt", redirect_page=story),
    "topic": lambda _story: factories.TopicFactory(),
    "in bulk": lambda story: Page.objects.filter(pk=story.pk).update(first_published_at=None),
}


@pytest.mark.parametrize("act", ACTS)
def test_every_change_visitors_see_gives_another_number(act: str, story: NewsPage) -> None:
    before = current()

    ACTS[act](story)

    assert current() != before


def test_a_picture_and_its_credit_are_seen(photo: SiteImage) -> None:
    before = current()

    photo.credit = "Ada"
    photo.save()

    assert current() != before


def test_what_visitors_do_not_see_leaves_the_number_alone(story: NewsPage, english: Locale) -> None:
    story.title = "Noch nicht fertig"
    before = current()

    story.save_revision()
    SessionStore().save()

    assert current() == before


def test_what_is_taken_back_never_was(story: NewsPage) -> None:
    before, rows = current(), Change.objects.count()

    with transaction.atomic():
        story.unpublish()
        within = current()
        transaction.set_rollback(True)

    assert within != before
    assert (current(), Change.objects.count()) == (before, rows)


def test_a_change_is_recorded_once_however_much_it_writes(home: HomePage) -> None:
    index = factories.NewsIndexPageFactory(parent=home)
    rows = Change.objects.count()

    with transaction.atomic():
        factories.NewsPageFactory(parent=index)
        factories.NewsPageFactory(parent=index)

    # The test's own transaction holds the record of the first change in it.
    assert Change.objects.count() == rows <= 1


def test_changes_made_one_row_count_as_before(db: None) -> None:
    for _ in range(5):
        Change.objects.create()
    sum_before = Change.objects.aggregate(sum=Sum("weight"))["sum"]

    generations.merge()

    assert Change.objects.get().weight == sum_before


def test_names_of_what_is_unseen_are_names_of_models() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    of_plugins = {f"{plugin.label}.{name}" for plugin in plugins() for name in plugin.unseen}
    unknown = {name for name in noticing.UNSEEN | of_plugins if "." in name} - labels

    assert unknown == set()
    assert {name for name in noticing.UNSEEN if "." not in name} <= set(apps.app_configs)


def test_no_table_of_visitors_own_acts_is_watched() -> None:
    """Whoever signs up or reads must not throw away what is kept for everybody."""
    watched = noticing.tables()

    assert {"wagtailcore_page", "news_newspage", "wissensregion_siteimage"} <= watched
    assert not {name for name in watched if "subscri" in name or "session" in name}


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ('INSERT OR IGNORE INTO "wagtailcore_page" (a) VALUES (1)', True),
        ("UPDATE wagtailcore_page SET numchild = numchild + 1 WHERE path = %s", True),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "live" = %s WHERE "id" = 1', True),
        ('DELETE FROM "wagtailcore_page" WHERE a IN (1)', True),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s WHERE "live" = %s', False),
        ('SELECT 1 FROM "wagtailcore_page"', False),
    ],
)
def test_statements_are_read_as_databases_write_them(statement: str, seen: bool) -> None:  # noqa: FBT001
    assert noticing.is_seen(statement) is seen
