"""Composing: what was published since the last issue, the draft, the previews and the archive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.composing import actions, render
from newsletter.composing.review import review
from newsletter.models import IssuePage
from newsletter.sending import actions as sending
from tests.newsletter import issues

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

    from home.models import HomePage
    from news.models import NewsPage
    from newsletter.models import IssueIndexPage, Newsletter, Subscriber
    from wissensregion.models import SiteImage, User


@pytest.fixture
def draft(issue: IssuePage, archive: IssueIndexPage, newsletter: Newsletter) -> IssuePage:
    """The next issue, not published yet; the last one came out yesterday."""
    yesterday = timezone.now() - timedelta(days=1)
    IssuePage.objects.filter(pk=issue.pk).update(first_published_at=yesterday)
    page = IssuePage(
        title="Winter", slug="winter", subject="Winter", newsletter=newsletter,
        locale=archive.locale, live=False,
    )  # fmt: skip
    archive.add_child(instance=page)
    page.save_revision()
    return page


@pytest.fixture
def fresh(home: HomePage, draft: IssuePage) -> NewsPage:
    return issues.story(home, title="Ganz neu")


def _publish_before(page: NewsPage, **ago: int) -> None:
    type(page).objects.filter(pk=page.pk).update(
        first_published_at=timezone.now() - timedelta(**ago)
    )


def test_only_what_came_out_after_the_last_issue_is_offered(
    draft: IssuePage, fresh: NewsPage, story: NewsPage
) -> None:
    _publish_before(story, days=2)

    assert [teaser.title for teaser in draft.stories_since_last()] == ["Ganz neu"]


def test_what_was_sent_counts_as_the_last_issue_too(
    draft: IssuePage, fresh: NewsPage, issue: IssuePage, editor: User
) -> None:
    sending.start(issue, editor)

    assert not draft.stories_since_last()


def test_a_story_already_in_the_draft_is_not_offered_again(
    draft: IssuePage, fresh: NewsPage, editor: User
) -> None:
    filled = actions.add_stories(draft, [fresh.pk], editor)

    assert fresh.pk not in {teaser.page_id for teaser in filled.stories_since_last()}


def test_only_stories_in_the_issues_language_are_offered(
    english_issue: IssuePage, fresh: NewsPage
) -> None:
    assert not english_issue.stories_since_last()


def test_chosen_stories_are_appended_to_the_draft_and_nothing_goes_live(
    client: Client, editor: User, draft: IssuePage, fresh: NewsPage, story: NewsPage
) -> None:
    client.force_login(editor)
    url = reverse("newsletter_stories", args=[draft.pk])
    assert "Ganz neu" in client.get(url).content.decode()
    revisions = draft.revisions.count()

    answer = client.post(url, {"page": [fresh.pk, 1]})

    assert answer.status_code == 302
    latest = IssuePage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert [block.value["page"].pk for block in latest.body] == [fresh.pk]
    assert draft.revisions.count() == revisions + 1
    assert not IssuePage.objects.get(pk=draft.pk).live
    assert not IssuePage.objects.get(pk=draft.pk).body


def test_opening_the_choice_changes_nothing(
    client: Client, editor: User, draft: IssuePage, fresh: NewsPage
) -> None:
    client.force_login(editor)

    client.get(reverse("newsletter_stories", args=[draft.pk]))
    client.get(reverse("newsletter_begin_issue", args=[draft.get_parent().pk]))

    assert draft.revisions.count() == 1
    assert IssuePage.objects.count() == 2


def test_a_new_issue_begins_with_the_chosen_stories_as_a_draft(
    client: Client, editor: User, archive: IssueIndexPage, issue: IssuePage, home: HomePage
) -> None:
    fresh = issues.story(home, title="Ganz neu")
    client.force_login(editor)

    client.post(reverse("newsletter_begin_issue", args=[archive.pk]), {"page": [fresh.pk]})

    begun = IssuePage.objects.exclude(pk=issue.pk).get()
    assert not begun.live
    assert begun.newsletter == issue.newsletter
    latest = begun.get_latest_revision_as_object()
    assert [block.value["page"].pk for block in latest.body] == [fresh.pk]


def test_who_may_not_edit_the_issue_may_not_fill_it(
    client: Client, editor: User, draft: IssuePage, fresh: NewsPage
) -> None:
    editor.groups.clear()
    client.force_login(editor)

    answer = client.post(reverse("newsletter_stories", args=[draft.pk]), {"page": [fresh.pk]})

    assert answer.status_code in {302, 403}
    assert draft.revisions.count() == 1


def test_the_edit_page_offers_stories_and_sending(
    client: Client, admin: User, draft: IssuePage, fresh: NewsPage
) -> None:
    client.force_login(admin)

    page = client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()

    assert "Ganz neu" in page
    assert reverse("newsletter_stories", args=[draft.pk]) in page
    assert reverse("newsletter_release", args=[draft.pk]) in page


@pytest.mark.parametrize(
    ("mode", "kind", "part"),
    [("", "text/html", "<main"), ("mail", "text/html", "<table"), ("text", "text/plain", "====")],
)
def test_an_issue_is_previewed_as_page_mail_and_text(
    issue: IssuePage, mode: str, kind: str, part: str
) -> None:
    answer = issue.make_preview_request(preview_mode=mode)

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    assert part in answer.content.decode()
    assert "@@" not in answer.content.decode()


def test_the_mail_preview_is_what_is_sent(issue: IssuePage, editor: User) -> None:
    edition = sending.start(issue, editor).editions.get()

    preview = issue.make_preview_request(preview_mode="mail").content.decode()

    assert preview == render.fill(edition.html, render.NOBODY)


def test_the_preview_of_a_broken_issue_says_which_block(issue: IssuePage, story: NewsPage) -> None:
    story.delete()
    issue.refresh_from_db()

    answer = issue.make_preview_request(preview_mode="mail")

    assert "3" in answer.content.decode()


def test_the_archive_lists_what_is_published_and_not_the_draft(
    client: Client,
    archive: IssueIndexPage,
    draft: IssuePage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # What stands around all pages is asked for once for each change.
    client.get(archive.url)

    with django_assert_max_num_queries(6):
        page = client.get(archive.url).content.decode()

    assert "Herbst 2026" in page
    assert "Winter" not in page


def test_the_web_page_of_an_issue_holds_no_link_of_a_person(
    client: Client,
    issue: IssuePage,
    ada: Subscriber,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get(issue.url)
    client.get(issue.url)

    with django_assert_max_num_queries(12):
        answer = client.get(issue.url)

    page = answer.content.decode()
    assert "Der beste Service Desk" in page
    assert not answer.cookies
    assert "one-click" not in page
    assert "unsubscribe/" not in page
    assert "@@" not in page


def test_a_sound_issue_stops_nothing(issue: IssuePage) -> None:
    assert not review(issue)


def test_the_review_names_what_is_missing(
    issue: IssuePage, archive: IssueIndexPage, photo: SiteImage, settings: Settings
) -> None:
    archive.imprint = ""
    archive.save()
    photo.description = ""
    photo.save()
    issue.preheader, issue.subject = "", "x" * 61
    issue.has_unpublished_changes = True

    found = review(issue)

    assert [finding.stops for finding in found].count(True) == 1
    assert len(found) == 6


def test_the_review_stops_an_issue_without_text(
    archive: IssueIndexPage, newsletter: Newsletter
) -> None:
    empty = issues.issue(archive, newsletter, [])

    assert [finding.stops for finding in review(empty)] == [True]


def test_the_review_stops_a_mail_that_would_be_cut_off(
    issue: IssuePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "SIZE_LIMIT", 1000)

    assert any(finding.stops for finding in review(issue))
