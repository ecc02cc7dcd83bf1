"""Nobody approves what they changed since it was last live, whatever rights they have."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data, streamfield

from home.models import StandardPage
from tests.home.conftest import hang
from wissensregion.four_eyes.approval import FourEyesTask
from wissensregion.models import User
from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Kind

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from home.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(db: None) -> FourEyesTask:
    task: FourEyesTask = FourEyesTask.objects.create(name="Vier Augen")
    task.groups.add(Group.objects.get(name="Moderators"))
    return task


@pytest.fixture
def page(home: HomePage, task: FourEyesTask) -> StandardPage:
    """A page that only a second person publishes."""
    page = hang(home, StandardPage(title="Satzung", slug="satzung", summary="Kurz.", live=False))
    workflow = Workflow.objects.create(name="Vier Augen")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    return page


@pytest.fixture
def ann(editor: User) -> User:
    User.objects.filter(pk=editor.pk).update(first_name="Ann", last_name="Alt")
    return fresh(editor)


@pytest.fixture
def ben(ann: User) -> User:
    """Of the same office, with the same rights."""
    ben = User.objects.create_user("ben", first_name="Ben", last_name="Neu")
    ben.groups.set(ann.groups.all())
    return ben


def fresh(user: User) -> User:
    """As the next request would see it."""
    return User.objects.get(pk=user.pk)


def write(page: StandardPage, user: User, summary: str) -> None:
    page.refresh_from_db()
    page.summary = summary
    page.save_revision(user=user)


def submit(page: StandardPage, user: User) -> TaskState:
    workflow = page.get_workflow()
    assert workflow
    state = workflow.start(page, user).current_task_state
    assert state
    return state


def approve(client: Client, user: User, page: StandardPage) -> Any:
    """Press the button of the first screen; to whom it is not shown, too."""
    client.force_login(user)
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address, {"comment": ""}, follow=True)


def live(page: StandardPage) -> str | None:
    row = StandardPage.objects.filter(pk=page.pk, live=True).first()
    return row.summary if row else None


def posted(client: Client, page: StandardPage, **values: str) -> Any:
    form = {
        "title": page.title, "slug": page.slug, "seo_title": "", "search_description": "",
        "summary": page.summary, "body": streamfield([]), "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0, "go_live_at": "", "expire_at": "", **values,
    }  # fmt: skip
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, nested_form_data(form))


def test_who_has_changed_a_page_cannot_approve_it_and_is_told_who_can(
    client: Client, page: StandardPage, ann: User, ben: User
) -> None:
    write(page, ann, "Von Ann.")
    state = submit(page, ann)

    approve(client, ann, page)

    assert live(page) is None
    seen = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "jemand anderes gibt sie frei: Ben Neu" in seen
    assert not TaskState.objects.reviewable_by(ann).exists()
    assert list(TaskState.objects.reviewable_by(ben)) == [state]
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, ann, "approve")

    approve(client, ben, page)

    assert live(page) == "Von Ann."


def test_who_was_the_second_person_may_write_the_next_version_and_then_needs_one(
    client: Client, page: StandardPage, ann: User, ben: User
) -> None:
    write(page, ann, "Von Ann.")
    submit(page, ann)
    approve(client, ben, page)
    write(page, ben, "Von Ben.")
    submit(page, ben)

    approve(client, ben, page)
    assert live(page) == "Von Ann."

    approve(client, ann, page)
    assert live(page) == "Von Ben."


def test_a_small_change_while_approving_makes_an_author(
    client: Client, page: StandardPage, ann: User, ben: User
) -> None:
    write(page, ann, "Von Ann.")
    submit(page, ann)
    client.force_login(ben)
    page.refresh_from_db()

    refused = posted(
        client, page, summary="Von Ben.",
        **{"action-workflow-action": "true", "workflow-action-name": "approve"},
    )  # fmt: skip

    assert live(page) is None
    assert "nicht freigeben, was Sie gerade ändern" in refused.content.decode()


def test_nobody_skips_the_second_person_by_rights(
    client: Client, page: StandardPage, home: HomePage, ann: User, admin: User
) -> None:
    for user in (ann, admin):
        client.force_login(user)
        posted(client, page, **{"action-publish": "x"})
        assert live(page) is None
        page.refresh_from_db()
        with pytest.raises(PermissionDenied):
            page.get_latest_revision().publish(user=user)
        # Nor by publishing it elsewhere, and a page below it is no other matter.
        elsewhere = hang(home, StandardPage(title="Ort", slug=f"ort-{user.pk}", summary="Kurz."))
        rights = Page.objects.get(pk=page.pk).permissions_for_user(fresh(user))
        assert not rights.can_publish_subpage()
        assert rights.can_move_to(elsewhere)
        moved_in = Page.objects.get(pk=elsewhere.pk).permissions_for_user(fresh(user))
        assert not moved_in.can_move_to(page)


def test_where_it_does_not_bind_rights_do(
    client: Client, page: StandardPage, task: FourEyesTask, ann: User
) -> None:
    task.binding = False
    task.save()
    client.force_login(ann)

    posted(client, page, **{"action-publish": "x"})

    assert live(page) == "Kurz."


def test_rights_on_many_pages_ask_for_the_workflows_once(
    page: StandardPage, ann: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = fresh(ann)
    pages = list(Page.objects.filter(depth__gt=1))
    pages[0].permissions_for_user(user).can_publish()

    with django_assert_max_num_queries(0):
        assert [each.permissions_for_user(user).can_publish() for each in pages].count(False) == 1


def test_nothing_is_approved_to_go_live_while_nobody_carries_out_what_is_scheduled(
    client: Client, page: StandardPage, ann: User, ben: User
) -> None:
    page.refresh_from_db()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(user=ann)
    submit(page, ann)

    seen = approve(client, ben, page).content.decode()

    waiting = page.revisions.filter(approved_go_live_at__isnull=False)
    assert "Was terminiert ist, führt niemand aus" in seen
    assert not waiting.exists()

    heartbeats.beat(Kind.SCHEDULE)
    approve(client, ben, page)

    assert waiting.exists()
