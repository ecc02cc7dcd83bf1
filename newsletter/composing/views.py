"""CMS screens that fill an issue with what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from newsletter.composing import actions
from newsletter.composing.models import IssueIndexPage, IssuePage

if TYPE_CHECKING:
    from wagtail.models import Page

    from wissensregion.models import User
    from wissensregion.plugin import Teaser

    class EditorRequest(HttpRequest):
        """Behind the CMS's door everybody is logged in."""

        user: User


def choose_stories(request: EditorRequest, page_id: int) -> HttpResponse:
    """Take what was published since the last issue into this one's draft."""
    issue = get_object_or_404(IssuePage, pk=page_id).get_latest_revision_as_object()
    permissions = issue.permissions_for_user(request.user)
    if not permissions.can_edit() or permissions.page_locked():
        raise PermissionDenied
    teasers = issue.stories_since_last()
    if request.method == "POST":
        chosen = _chosen(request, teasers)
        if chosen:
            pages = [teaser.page_id for teaser in chosen if teaser.page_id]
            actions.add_stories(issue, pages, request.user)
            messages.success(request, _added(len(chosen)))
        else:
            messages.warning(request, _("No story was chosen, so nothing changed."))
        return redirect("wagtailadmin_pages:edit", issue.pk)
    title = _("Take stories into “%(issue)s”") % {"issue": issue.get_admin_display_title()}
    return render(
        request,
        "newsletter/admin/stories.html",
        {**_page(issue, title), "teasers": teasers, "submit": _("Take into the draft")},
    )


def begin_issue(request: EditorRequest, page_id: int) -> HttpResponse:
    """Start the next issue from what was published since the last one."""
    index = get_object_or_404(IssueIndexPage, pk=page_id)
    if not index.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    teasers = index.stories_since_last()
    if request.method == "POST":
        chosen = _chosen(request, teasers)
        try:
            issue = actions.begin_issue(index, chosen, request.user)
        except actions.NoNewsletterError:
            messages.error(request, _("There is no newsletter yet. Add one first."))
            return redirect("newsletter_begin_issue", index.pk)
        messages.success(request, _added(len(chosen)))
        return redirect("wagtailadmin_pages:edit", issue.pk)
    return render(
        request,
        "newsletter/admin/stories.html",
        {
            **_page(index, _("Begin the next issue")),
            "teasers": teasers,
            "all_chosen": True,
            "submit": _("Begin an issue with these"),
        },
    )


def _chosen(request: HttpRequest, teasers: list[Teaser]) -> list[Teaser]:
    # Only what was offered: a page id from elsewhere is no story of ours.
    wanted = set(request.POST.getlist("page"))
    return [teaser for teaser in teasers if str(teaser.page_id) in wanted]


def _added(count: int) -> str:
    text = ngettext(
        "%(count)s story is in the draft. Save or publish it when it is ready.",
        "%(count)s stories are in the draft. Save or publish it when it is ready.",
        count,
    )
    return str(text % {"count": count})


def _page(page: Page, title: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "header_title": title,
        "page": page,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_explore_root"), "label": _("Pages")},
            {
                "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
                "label": page.get_admin_display_title(),
            },
            {"url": "", "label": title},
        ],
    }
