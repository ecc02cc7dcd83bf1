"""No page goes live with a picture of which nobody knows whose it is or what it shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data, streamfield

from news.models import NewsIndexPage, NewsPage
from tests import factories
from tests.newsletter import issues

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage
    from wissensregion.models import SiteImage, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(home: HomePage) -> NewsIndexPage:
    return factories.NewsIndexPageFactory(parent=home)


@pytest.fixture
def bare(db: None) -> SiteImage:
    """A picture that came in past the form: nobody knows whose it is."""
    return factories.SiteImageFactory(title="Foto <7>", credit="", licence="", description="")


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def posted(**values: Any) -> dict[str, Any]:
    common = {
        "title": "Preis", "slug": "preis", "seo_title": "", "search_description": "",
        "summary": "Zwei Sätze.", "date": "2026-11-23", "topic": factories.TopicFactory().pk,
        "photo": "", "photo_alt": "", "body": streamfield([]),
        "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0,
    }  # fmt: skip
    data: dict[str, Any] = nested_form_data({**common, **values})
    return data


def test_a_draft_may_wait_for_its_rights_and_the_live_page_may_not(
    office: Client, index: NewsIndexPage, bare: SiteImage
) -> None:
    add = reverse("wagtailadmin_pages:add", args=["news", "newspage", index.pk])
    body = streamfield(
        [
            ("photo", {"image": {"image": bare.pk, "alt_text": "Ein Fest"}, "caption": ""}),
            (
                "people_photo",
                {"image": bare.pk, "alt_text": "", "direction": "", "people": streamfield([])},
            ),
        ]
    )
    office.post(add, posted(photo=bare.pk, body=body))
    story = NewsPage.objects.get()
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])

    refused = office.post(edit, posted(photo=bare.pk, body=body, **{"action-publish": "x"}))

    story.refresh_from_db()
    assert (story.title, story.live) == ("Preis", False)
    shown = refused.content.decode()
    form = reverse("wagtailimages:edit", args=[bare.pk])
    assert f'<a href="{form}" target="_blank">Bild öffnen</a>' in shown
    assert "Dem Bild „Foto &lt;7&gt;“ fehlt: Bildnachweis und Lizenz." in shown
    errors = refused.context["form"].errors.as_data()
    assert sorted(errors) == ["body", "photo", "photo_alt"]
    assert sorted(errors["body"][0].block_errors) == [0, 1]
    # Once it is told whose it is and what it shows, nothing stands in the way.
    bare.credit, bare.licence, bare.description = "Paula Beispiel", "own", "Ein Fest"
    bare.save()
    office.post(edit, posted(photo=bare.pk, body=body, **{"action-publish": "x"}))
    story.refresh_from_db()
    assert story.live


def test_a_photo_needs_words_for_those_who_cannot_see_it(
    office: Client, index: NewsIndexPage, photo: SiteImage
) -> None:
    photo.description = ""
    photo.save()
    add = reverse("wagtailadmin_pages:add", args=["news", "newspage", index.pk])
    publish = {"action-publish": "x"}

    refused = office.post(add, posted(photo=photo.pk, **publish))
    office.post(add, posted(photo=photo.pk, photo_alt="Der Rhein", **publish))

    assert list(refused.context["form"].errors) == ["photo_alt"]
    assert NewsPage.objects.get().live


def test_approving_it_without_its_form_is_refused_and_says_why(
    office: Client, editor: User, index: NewsIndexPage, photo: SiteImage
) -> None:
    under_approval(index, editor)
    story = factories.NewsPageFactory(parent=index, photo=photo, live=False)
    story.save_revision(user=editor)
    state = story.get_workflow().start(story, editor)
    type(photo).objects.update(credit="")
    act = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[story.pk, "approve", state.current_task_state.pk],
    )

    answer = office.post(act, {"comment": ""})

    story.refresh_from_db()
    state.refresh_from_db()
    assert (story.live, state.status) == (False, "in_progress")
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[story.pk])
    (told,) = get_messages(answer.wsgi_request)
    assert "Dem Bild „Foto“ fehlt: Bildnachweis." in str(told)


def test_publishing_many_at_once_leads_not_past_it(
    office: Client, index: NewsIndexPage, bare: SiteImage
) -> None:
    story = factories.NewsPageFactory(parent=index, photo=bare, live=False)
    story.save_revision()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    office.post(f"{bulk}?id={story.pk}", {"include_descendants": ""})

    assert not Page.objects.get(pk=story.pk).live


def test_the_form_tells_of_figures_and_rights_past_their_day(
    office: Client, index: NewsIndexPage, photo: SiteImage
) -> None:
    photo.licence_until = date(2020, 12, 31)
    photo.save()
    figure = {**issues.figure(), "review_by": date(2021, 3, 31)}
    story = factories.NewsPageFactory(
        parent=index, photo=photo, body=[("key_figures", {"heading": "", "figures": [figure]})]
    )
    story.save_revision()

    shown = office.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()

    assert "„Foto“ durfte bis zum 31.12.2020 gezeigt werden" in shown
    assert "„Beratungen“ sollte bis zum 31.03.2021 erneut geprüft werden" in shown


def under_approval(page: Page, user: User) -> None:
    task = GroupApprovalTask.objects.create(name="Prüfung")
    task.groups.set(user.groups.all())
    workflow = Workflow.objects.create(name="Freigabe")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
