"""Who has changed a page since readers last got a version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from wagtail.models import Page, PageLogEntry, Revision, get_default_page_content_type
from wagtail_localize.models import StringTranslation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from wissensregion.models import User

PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")


def has_changed(page: Page, user: User) -> bool:
    return page.pk in changed_by(user, [page.pk])


def changed_by(user: User, pages: Collection[int]) -> set[int]:
    """The pages somebody has changed, of these."""
    return {page for page, author in _changes(pages, user.pk) if author == user.pk}


def of(page: Page) -> set[int]:
    """Everybody who has changed a page."""
    return {author for _page, author in _changes([page.pk])}


def _changes(pages: Collection[int], author: int | None = None) -> Iterator[tuple[int, int]]:
    """Page and author of each change, whether written or translated."""
    if not pages:
        return
    since = last_live(pages)
    whose = {} if author is None else {"user": author}
    drafts = Revision.objects.filter(
        base_content_type=get_default_page_content_type(),
        object_id__in=[str(page) for page in pages],
        user__isnull=False,
        **whose,
    ).values_list("object_id", "user", "created_at")
    translators = {} if author is None else {"last_translated_by": author}
    keys = {
        (key, locale): page
        for page, key, locale in Page.objects.filter(pk__in=pages).values_list(
            "pk", "translation_key", "locale"
        )
    }
    texts = StringTranslation.objects.filter(
        context__object_id__in=[key for key, _locale in keys],
        last_translated_by__isnull=False,
        **translators,
    ).values_list("context__object_id", "locale", "last_translated_by", "updated_at")
    changes = [(int(page), user, at) for page, user, at in drafts]
    changes += [
        (keys[key, locale], user, at) for key, locale, user, at in texts if (key, locale) in keys
    ]
    for page, user, at in changes:
        # One whose live version nobody knows counts as changed by all who ever did.
        if (live := since.get(page)) is None or at > live:
            yield page, user


def last_live(pages: Collection[int]) -> dict[int, datetime]:
    """When the version was written that readers see, or that they saw last."""
    known = Page.objects.filter(pk__in=pages)
    # Made live by a command, without a version.
    told = known.filter(live=True, live_revision=None, last_published_at__isnull=False)
    seen = known.filter(live_revision__isnull=False)
    logged = PageLogEntry.objects.filter(
        page__in=pages, action__in=PUBLISHED, revision__created_at__isnull=False
    ).order_by("timestamp")
    return {
        **dict(told.values_list("pk", "last_published_at")),
        **dict(logged.values_list("page", F("revision__created_at"))),
        **dict(seen.values_list("pk", "live_revision__created_at")),
    }
