"""What nobody knows for certain, and what is no longer what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.sending import actions
from newsletter.sending.advice.scenes import Note
from newsletter.sending.models import DispatchState
from newsletter.sending.wording import clock, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sending.advice.scenes import Scene


def unknown(scene: Scene) -> Iterator[Note]:
    count, dispatch = scene.progress.unknown, scene.dispatch
    if not count:
        return
    text = ngettext(
        "%(count)s recipient is unknown: the mail service was asked once and did not answer, or "
        "the worker died in the call. They may have the mail, or not.",
        "%(count)s recipients are unknown: the mail service was asked once and did not answer, or "
        "the worker died in the call. They may have the mail, or not.",
        count,
    ) % {"count": grouped(count)}
    until = dispatch.drained_at + actions.patience() if dispatch.drained_at else None
    if until and until > timezone.now():
        todo = _(
            "Wait until %(time)s for reports of the mail service, or send to them again: some "
            "may get a second copy."
        ) % {"time": clock(until)}
    elif settings.NEWSLETTER_REPORTS and dispatch.state != DispatchState.UNCLEAR:
        todo = _(
            "Reports of the mail service may still clear it up. It is never sent again by itself."
        )
    else:
        todo = _(
            "No more reports are waited for. Look into the log of the mail service, or send to "
            "them again: some may get a second copy. It is never sent again by itself."
        )
    yield Note(text, todo, level="warning")


def changed(scene: Scene) -> Iterator[Note]:
    for edition in scene.editions:
        published = edition.page.last_published_at
        if published and published > edition.frozen_at:
            yield Note(
                _(
                    "The web page was changed after the freeze; the mail keeps the frozen text of "
                    "%(time)s (%(language)s)."
                )
                % {
                    "time": clock(edition.frozen_at),
                    "language": edition.get_locale_display(),
                }
            )
