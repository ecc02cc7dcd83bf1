"""How tests go about in the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from partners.models import ContributionIndexPage, ContributionPage
from tests.partners.conftest import at_work

if TYPE_CHECKING:
    from django.test import Client

    from wissensregion.models import User

HOME = "/admin/"


def contribution_form(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = nested_form_data(
        {
            "title": "Neuer Beitrag",
            "slug": "neuer-beitrag",
            "audience": "work",
            "as_of": "2026-11-01",
            "summary": "Was neu ist.",
            "photo": "",
            "photo_alt": "",
            "body": streamfield([]),
            "comments": inline_formset([]),
            **fields,
        }
    )
    return data


def add_url(room: Page) -> str:
    return reverse("wagtailadmin_pages:add", args=["partners", "contributionpage", room.pk])


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def denied(response: Any) -> bool:
    """Wagtail sends who may not do something to the CMS's first page, or answers 403."""
    sent_home = response.status_code == 302 and response.headers["Location"] == HOME
    return bool(sent_home or response.status_code == 403)


def tree() -> list[tuple[Any, ...]]:
    """All pages as they are, to see that nothing has changed."""
    pages = Page.objects.order_by("path")
    return list(pages.values_list("pk", "path", "title", "live", "latest_revision", "locked"))


def submit(client: Client, room: ContributionIndexPage, slug: str = "neu") -> ContributionPage:
    """Write a contribution and submit it for approval."""
    client.post(add_url(room), {**contribution_form(slug=slug), "action-submit": "1"})
    return ContributionPage.objects.get(slug=slug)


def decide(user: User, page: Page, action: str, comment: str = "") -> Any:
    """Approve or send back what waits for approval."""
    state = TaskState.objects.get(workflow_state__object_id=str(page.pk), status="in_progress")
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return at_work(user).post(url, {"comment": comment})
