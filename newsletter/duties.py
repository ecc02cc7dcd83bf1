"""The newsletter's lines for “This week”: the next issue, and dispatches that need a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.composing.models import IssueIndexPage, IssuePage
from newsletter.sending.models import Dispatch, DispatchState
from wissensregion.plugin import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.models import User

SEND = "newsletter.send_issue"
MOST = 20
NAMED = 3
# These go on only once a person has decided.
WAITING = (DispatchState.HELD, DispatchState.PAUSED, DispatchState.UNCLEAR)


def due(user: User) -> list[Duty]:
    if not user.has_perm(SEND):
        return []
    return [*decisions(), *next_issue(user), *planned()]


def decisions() -> Iterator[Duty]:
    waiting = Dispatch.objects.filter(state__in=WAITING).order_by("created_at")
    if numbers := list(waiting.values_list("pk", flat=True)[:MOST]):
        url = reverse("newsletter_dispatch", args=numbers[:1])
        if len(numbers) > 1:
            url = reverse("newsletter_dispatches")
        yield Duty(_("Decide how a dispatch goes on"), url, count=len(numbers))


def next_issue(user: User) -> Iterator[Duty]:
    """The issue somebody has begun, or the archive to begin one in."""
    sent = Dispatch.objects.not_undone().filter(issue_key=OuterRef("translation_key"))
    issues = IssuePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    begun = issues.exclude(Exists(sent)).filter(first_published_at=None)
    rows = list(
        begun.order_by("-latest_revision_created_at").values_list("pk", "draft_title")[:MOST]
    )
    if rows:
        links = tuple(
            (title, reverse("wagtailadmin_pages:edit", args=[pk])) for pk, title in rows[:NAMED]
        )
        yield Duty(_("Finish the next issue"), links[0][1], count=len(rows), examples=links)
        return
    for archive in IssueIndexPage.objects.filter(
        live=True, locale__language_code=settings.LANGUAGE_CODE
    )[:NAMED]:
        if archive.permissions_for_user(user).can_add_subpage() and (
            stories := archive.stories_since_last()
        ):
            url = reverse("newsletter_begin_issue", args=[archive.pk])
            what = _("Begin the next issue with what is new")
            links = tuple((story.title, story.url) for story in stories[:NAMED])
            yield Duty(what, url, count=len(stories), examples=links)


def planned() -> Iterator[Duty]:
    """What goes out by itself, for those who still want to change something."""
    ahead = Dispatch.objects.filter(
        state=DispatchState.SCHEDULED, not_before__gt=timezone.now()
    ).order_by("not_before")
    for pk, at in ahead.values_list("pk", "not_before")[:NAMED]:
        url = reverse("newsletter_dispatch", args=[pk])
        yield Duty(_("An issue goes out by itself"), url, due=timezone.localdate(at))
