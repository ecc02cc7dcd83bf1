"""What editors do with an issue: take stories in, begin the next one, freeze it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from newsletter.composing.models import Edition, IssuePage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsletter.composing.models import IssueIndexPage
    from newsletter.composing.render import Mail
    from newsletter.subscriptions.models import Newsletter
    from wissensregion.models import User
    from wissensregion.plugin import Teaser


class NoNewsletterError(Exception):
    """There is no newsletter an issue could be of."""


def add_stories(issue: IssuePage, pages: Iterable[int], user: User) -> IssuePage:
    """Append pages as stories to the issue's draft; what is live stays as it is."""
    draft: IssuePage = issue.get_latest_revision_as_object()
    wanted = list(pages)
    found = Page.objects.live().in_bulk(wanted)
    for number in wanted:
        if number in found:
            draft.body.append(("story", {"page": found[number], "summary": ""}))
    draft.save_revision(user=user, log_action=True)
    return draft


@transaction.atomic
def begin_issue(index: IssueIndexPage, teasers: Iterable[Teaser], user: User) -> IssuePage:
    """Start the next issue as a draft that holds the given stories."""
    with translation.override(index.locale.language_code):
        month = date_format(timezone.localdate(), "F Y")
        title = _("Newsletter %(month)s") % {"month": month}
    issue = IssuePage(
        title=title,
        slug=_free_slug(index, slugify(title)),
        subject=title,
        newsletter=_newsletter_of(index),
        locale=index.locale,
        owner=user,
        live=False,
    )
    index.add_child(instance=issue)
    add_stories(issue, [teaser.page_id for teaser in teasers if teaser.page_id], user)
    return issue


def freeze(page: IssuePage, mail: Mail, *, at: datetime | None = None) -> Edition:
    """Keep the rendered issue as it is now, whatever becomes of its page."""
    editions = Edition.objects.filter(
        issue_key=page.translation_key, locale=page.locale.language_code
    )
    last = editions.aggregate(version=Max("version"))["version"] or 0
    return Edition.objects.create(
        page=page,
        issue_key=page.translation_key,
        locale=page.locale.language_code,
        version=last + 1,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        frozen_at=at or timezone.now(),
        sha256=mail.digest,
    )


def _newsletter_of(index: IssueIndexPage) -> Newsletter:
    """The newsletter of the last issue, or the only one there is before the first."""
    last = IssuePage.objects.child_of(index).order_by("-pk").first()
    if last:
        return cast("Newsletter", last.newsletter)
    first: Newsletter | None = (
        apps.get_model("newsletter", "Newsletter").objects.order_by("pk").first()
    )
    if first is None:
        raise NoNewsletterError
    return first


def _free_slug(index: IssueIndexPage, slug: str) -> str:
    taken = set(index.get_children().values_list("slug", flat=True))
    candidates = (f"{slug}-{number}" if number > 1 else slug for number in range(1, 1000))
    return next(candidate for candidate in candidates if candidate not in taken)
