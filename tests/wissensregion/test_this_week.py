"""The first page of the CMS says what somebody must do this week, and where."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision, get_page_models
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from home.models import AccessibilityReport, StandardPage
from newsletter.composing.models import IssueIndexPage, IssuePage
from newsletter.models import Newsletter
from tests.factories import AwardStoryPageFactory, NewsIndexPageFactory, NewsPageFactory
from tests.home.conftest import hang
from wissensregion.editing import week
from wissensregion.models import User

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries
    from wagtail.models import Locale

    from home.models import HomePage
    from wissensregion.plugin import Duty

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
FRIENDLY = "Nichts wartet auf Sie"


@pytest.fixture
def about(home: HomePage, english_home: HomePage) -> StandardPage:
    """A live German page without an English version."""
    page = hang(home, StandardPage(title="Über uns", slug="ueber", summary="Wer wir sind."))
    page.save_revision().publish()
    return page


@pytest.fixture
def chief(editor: User) -> User:
    """Who publishes, translates, sends, and answers."""
    names = ["submit_translation", "send_issue", "change_accessibilityreport"]
    editor.user_permissions.set(Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=editor.pk)


def lines(user: User) -> dict[str, Duty]:
    return {duty.what: duty for duty in week.of(user)}


def first_page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/admin/").content.decode()


def test_who_has_nothing_to_do_is_told_so_in_a_friendly_way(
    client: Client, editor: User, home: HomePage
) -> None:
    assert FRIENDLY in first_page(client, editor)


def test_what_is_due_first_stands_on_top_with_its_number_and_a_way_there(
    client: Client, chief: User, about: StandardPage
) -> None:
    with_report = AccessibilityReport.objects.create(message="Kein Ton", language="de")
    late = about.save_revision(user=chief)
    Revision.objects.filter(pk=late.pk).update(
        approved_go_live_at=timezone.now() - timedelta(days=1)
    )

    found = week.of(chief)
    seen = first_page(client, chief)

    assert [duty.due for duty in found][:3] == [
        TODAY() - timedelta(days=1), with_report.due_on, None,
    ]  # fmt: skip
    assert found[0].url == reverse("wagtailadmin_pages:edit", args=[about.pk])
    for duty in found:
        assert f'href="{duty.url}"' in seen
    assert FRIENDLY not in seen


def test_a_page_is_to_be_translated_until_it_is_and_again_when_words_are_new(
    chief: User, about: StandardPage, english: Locale
) -> None:
    lacks, old = "Übersetzen: Englisch", "Übersetzungen erneuern: Englisch"
    assert lines(chief)[lacks].examples == (
        (about.title, reverse("wagtail_localize:submit_page_translation", args=[about.pk])),
    )
    source, _new = TranslationSource.get_or_create_from_instance(about)
    translation = Translation.objects.create(source=source, target_locale=english)
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string, context=segment.context, locale=english, data="Words"
        )
    translation.save_target(publish=False)
    version = about.get_translation(english)
    edit = reverse("wagtailadmin_pages:edit", args=[version.pk])
    assert lines(chief)[lacks].url == edit

    version.save_revision().publish()
    assert {lacks, old}.isdisjoint(lines(chief))

    about.summary = "Wer wir jetzt sind."
    about.save_revision().publish()
    assert lines(chief)[old].url == edit


def test_the_next_issue_is_to_be_begun_and_then_to_be_finished(
    chief: User, home: HomePage, german: Locale
) -> None:
    archive = hang(home, IssueIndexPage(title="Archiv", slug="archiv"))
    assert "Die nächste Ausgabe mit dem Neuen beginnen" not in lines(chief)
    index = NewsIndexPageFactory(parent=home)
    NewsPageFactory(parent=index, title="Neu").save_revision().publish()

    begin = lines(chief)["Die nächste Ausgabe mit dem Neuen beginnen"]
    assert begin.url == reverse("newsletter_begin_issue", args=[archive.pk])

    newsletter = Newsletter.objects.create(name="Brief", slug="brief")
    issue = hang(
        archive,
        IssuePage(title="Nr. 1", slug="nr-1", subject="Eins", newsletter=newsletter, live=False),
    )
    finish = lines(chief)["Die nächste Ausgabe fertigstellen"]
    assert finish.examples == (("Nr. 1", reverse("wagtailadmin_pages:edit", args=[issue.pk])),)


def test_many_pages_cost_no_more_queries_than_one(
    chief: User,
    home: HomePage,
    about: StandardPage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    week.of(chief)
    for number in range(12):
        page = hang(home, StandardPage(title=f"{number}", slug=f"s-{number}", summary="x"))
        page.save_revision().publish()

    with django_assert_max_num_queries(20):
        assert lines(chief)["Übersetzen: Englisch"].count == 13


def test_a_copy_is_a_draft_of_today_without_the_plans_of_its_model(
    client: Client, editor: User, home: HomePage
) -> None:
    index = NewsIndexPageFactory(parent=home)
    later = timezone.now() + timedelta(days=9)
    model = NewsPageFactory(
        parent=index, title="Alt", slug="alt", date=TODAY() - timedelta(days=99), live=False,
        go_live_at=later, expire_at=later,
    )  # fmt: skip
    model.save_revision(user=editor).publish()
    client.force_login(editor)
    address = reverse("wagtailadmin_pages:copy", args=[model.pk])

    client.post(
        address,
        {"new_title": "Neu", "new_slug": "neu", "new_parent_page": index.pk, "alias": ""},
    )

    copy = Page.objects.get(slug="neu").specific
    draft = copy.get_latest_revision_as_object()
    for version in (copy, draft):
        assert (version.live, version.date) == (False, TODAY())
        assert version.go_live_at is version.expire_at is None
    assert copy.translation_key != model.translation_key
    assert not copy.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_every_page_type_says_what_it_is_for_and_an_award_story_begins_with_its_topic(
    client: Client, editor: User, home: HomePage
) -> None:
    silent = [model for model in get_page_models() if not model.get_page_description()]
    assert silent == [Page]
    index = NewsIndexPageFactory(parent=home)
    award = AwardStoryPageFactory(parent=index)
    client.force_login(editor)

    page = client.get(reverse("wagtailadmin_pages:add", args=["news", "awardstorypage", index.pk]))

    assert page.context["form"]["topic"].value() == award.topic_id
    assert page.context["form"]["date"].value() == TODAY()
