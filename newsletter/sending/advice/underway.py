"""What is said of a dispatch that is on its way, or that paused on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.sending import health, pacing
from newsletter.sending.advice.reasons import JUDGED, plain
from newsletter.sending.advice.scenes import Note, who
from newsletter.sending.advice.waiting import stalled
from newsletter.sending.models import OperatorVerb
from newsletter.sending.wording import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sending.advice.scenes import Scene


def paused(scene: Scene) -> Note:
    dispatch = scene.dispatch
    act = scene.last(OperatorVerb.PAUSE, OperatorVerb.AUTO_PAUSE)
    if act and act.verb == OperatorVerb.PAUSE:
        return Note(
            _("%(name)s paused it at %(time)s. Nothing more is handed over.")
            % {"name": who(act.user), "time": clock(act.at)},
            _("Reason: %(reason)s") % {"reason": act.reason} if act.reason else "",
            level="warning",
        )
    reason = act.reason if act else dispatch.last_error
    if reason in JUDGED:
        todo = _(
            "Look at the reasons below before you let it go on. Once you do, it does not stop "
            "for this again."
        )
        if reason == health.TOO_MANY_REPORTED:
            todo = _(
                "Some readers may have got it twice, and not from here. Look into the log of the "
                "mail service: does it repeat mails, or does another program send with the same "
                "account? Let it go on when you know."
            )
        return Note(_("It paused by itself: %(reason)s") % {"reason": _(reason)}, todo, "critical")
    said = plain(reason)
    return Note(
        _("It paused by itself. %(reason)s") % {"reason": said.text},
        _("%(todo)s The service said: %(answer)s") % {"todo": said.todo, "answer": reason},
        level="critical",
    )


def sending(scene: Scene) -> Iterator[Note]:
    dispatch, now = scene.dispatch, timezone.now()
    waits = [
        at
        for at in (dispatch.due_at, dispatch.canary_until, scene.account.open_until)
        if at and at > now
    ]
    if dispatch.canary_until and dispatch.canary_until > now:
        yield Note(
            _(
                "A first small batch is out. The others follow when its reports are good, at "
                "the latest at %(time)s."
            )
            % {"time": clock(dispatch.canary_until)},
            until=dispatch.canary_until,
        )
    for trouble in pacing.troubles(scene.account):
        yield Note(trouble, _("It goes on by itself."), level="warning")
    if dispatch.due_at and dispatch.due_at > now and not pacing.closed(scene.account):
        yield Note(
            _("The pace allows no more for now; it goes on at %(time)s.")
            % {"time": clock(dispatch.due_at)},
            until=dispatch.due_at,
        )
    if not waits:
        yield from stalled(scene)
    if dispatch.last_error:
        yield _trouble(scene)


def _trouble(scene: Scene) -> Note:
    said = plain(scene.dispatch.last_error)
    answer = _("The service said: %(answer)s") % {"answer": scene.dispatch.last_error}
    if scene.account.failures:
        return Note(said.text, f"{said.todo} {answer}", level="warning")
    return Note(
        _("Some calls were not taken at first. Since the last of them it went on well."), answer
    )
