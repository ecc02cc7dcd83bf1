"""What happens with a dispatch right now, in plain words, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.sending import actions, fence, health, pacing
from newsletter.sending.models import DispatchState, HoldReason, OperatorVerb
from newsletter.sending.wording import clock, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from newsletter.composing.models import Edition
    from newsletter.sending.models import Dispatch, OperatorAct, SenderAccount
    from newsletter.sending.progress import Progress

# So long a dispatch may go untouched before we ask whether a worker runs at all.
STALLED = timedelta(minutes=2)
ACCOUNT = re.compile(r"\b40[1-4]\b|\b53[045]\b|authenticat|credential|api.?key|permission", re.I)
TOO_FAST = re.compile(r"\b429\b|\b45[0-2]\b|\b421\b|too many|rate limit|throttl", re.I)
# What the engine itself says of a dispatch that is going badly.
JUDGED = (
    health.TOO_MANY_REFUSED,
    health.TOO_MANY_BOUNCED,
    health.TOO_MANY_COMPLAINED,
    health.TOO_MANY_UNKNOWN,
)
UNREACHABLE = re.compile(
    r"refused|timed? ?out|unreachable|resolve|name or service|\bTLS\b|SSL", re.I
)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know, and what to do."""

    text: str
    todo: str = ""
    level: str = "info"  # As Wagtail names them: info, warning, critical.
    # Something to be counted down to.
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All there is to know of a dispatch for those who have to act."""

    dispatch: Dispatch
    progress: Progress
    account: SenderAccount
    editions: Sequence[Edition]
    acts: Sequence[OperatorAct]

    def last(self, *verbs: OperatorVerb) -> OperatorAct | None:
        return next((act for act in reversed(self.acts) if act.verb in verbs), None)


def notes(scene: Scene) -> list[Note]:
    """Everything that has to be said, the most urgent first."""
    found = [*_by_state(scene), *_unknown(scene), *_changed(scene)]
    order = ["critical", "warning", "info"]
    return sorted(found, key=lambda note: order.index(note.level))


def why(act: OperatorAct) -> str:
    """The reason of an act in words, where the engine gave it."""
    if act.reason in HoldReason.values:
        return str(HoldReason(act.reason).label)
    return _(act.reason) if act.reason in JUDGED else act.reason


def plain(reason: str) -> Note:
    """What a mail service answered, in plain words, with what to do."""
    if ACCOUNT.search(reason):
        return Note(
            _("The mail service does not accept our account or our sender."),
            _(
                "Nothing was lost. Check the key or password, the payment and the sender's domain; "
                "then let it go on."
            ),
        )
    if TOO_FAST.search(reason):
        return Note(
            _("The mail service wants fewer mails at a time."),
            _("It goes on more slowly by itself. If it happens often, set a lower pace."),
        )
    if UNREACHABLE.search(reason):
        return Note(
            _("The mail service cannot be reached."),
            _(
                "Nothing was lost, and it is tried again by itself. Look whether the service "
                "reports a disturbance, and whether its address in the settings is right."
            ),
        )
    return Note(
        _("The mail service did not take a call."),
        _("It is tried again by itself. If it stays so, show the answer to whoever runs the site."),
    )


def _by_state(scene: Scene) -> Iterator[Note]:
    match scene.dispatch.state:
        case DispatchState.SCHEDULED:
            yield _scheduled(scene.dispatch)
            yield from _stalled(scene)
        case DispatchState.PREPARING:
            yield Note(_("The list of readers is being written down. Nothing has been sent yet."))
            yield from _stalled(scene)
        case DispatchState.READY:
            yield from _ready(scene)
        case DispatchState.HELD:
            yield _held(scene)
        case DispatchState.PAUSED:
            yield _paused(scene)
        case DispatchState.SENDING:
            yield from _sending(scene)


def _scheduled(dispatch: Dispatch) -> Note:
    return Note(
        _("It begins by itself: %(time)s.") % {"time": clock(dispatch.not_before)},
        _(
            "If the server is off then and comes back after %(time)s, nothing is sent: the "
            "dispatch waits for you instead."
        )
        % {"time": clock(dispatch.latest_start)},
        until=dispatch.not_before,
    )


def _ready(scene: Scene) -> Iterator[Note]:
    dispatch = scene.dispatch
    if dispatch.due_at and dispatch.due_at > timezone.now():
        yield Note(
            _("A minute to think again: nothing is handed over before %(time)s.")
            % {"time": clock(dispatch.due_at)},
            _("Press Cancel if something is wrong; nobody will have got anything."),
            until=dispatch.due_at,
        )
    if settings.NEWSLETTER_FOUR_EYES and dispatch.released_by_id is None:
        yield Note(
            _("A second person has to release it."),
            _("It cannot be %(name)s, who began it.") % {"name": _who(dispatch.requested_by)},
            level="warning",
        )
    elif not dispatch.due_at or dispatch.due_at <= timezone.now():
        yield from _stalled(scene)


def _held(scene: Scene) -> Note:
    dispatch = scene.dispatch
    if dispatch.hold_reason == HoldReason.FENCE:
        return _fenced()
    if dispatch.hold_reason == HoldReason.UNPROVEN:
        return Note(
            _(
                "It was begun with another mail service. With the one in use no probe has shown "
                "yet that the issue arrives without tracking."
            ),
            _("Send a probe: “Send …” in the menu of the issue. When it has passed, release it."),
            level="critical",
        )
    if dispatch.hold_reason == HoldReason.LATE:
        return Note(
            _(
                "It was to begin at %(time)s and was found too late: the server was off, or no "
                "worker ran. Nothing was sent."
            )
            % {"time": clock(dispatch.not_before)},
            _("Look whether the issue is still right for today. Then release it, or cancel it."),
            level="critical",
        )
    return Note(
        _(
            "It was released for %(expected)s readers, and there are %(count)s now. Nothing was "
            "sent."
        )
        % {"expected": grouped(dispatch.expected_count), "count": grouped(scene.progress.total)},
        _(
            "Was there an import, or did many leave? If the number is right, release it with "
            "that number; if not, cancel it."
        ),
        level="critical",
    )


def _fenced() -> Note:
    match fence.standing():
        case fence.Standing.BEHIND:
            return Note(
                _(
                    "This database is older than what this server has already sent (restore?). "
                    "All dispatches are held."
                ),
                _(
                    "If it was restored on purpose, take this server over: what was sent after "
                    "the backup becomes unknown and is sent to nobody again by itself."
                ),
                level="critical",
            )
        case fence.Standing.STRANGER:
            return Note(
                _(
                    "This database does not know this server: it is a copy, or the server is "
                    "new. All dispatches are held."
                ),
                _(
                    "On a copy for tests, do nothing. If this server sends from now on and no "
                    "other does, take it over."
                ),
                level="critical",
            )
    return Note(
        _("Server and database fit together again; the dispatch still waits for a person."),
        _("Look at the numbers below, then release it."),
        level="warning",
    )


def _paused(scene: Scene) -> Note:
    dispatch = scene.dispatch
    act = scene.last(OperatorVerb.PAUSE, OperatorVerb.AUTO_PAUSE)
    if act and act.verb == OperatorVerb.PAUSE:
        return Note(
            _("%(name)s paused it at %(time)s. Nothing more is handed over.")
            % {"name": _who(act.user), "time": clock(act.at)},
            _("Reason: %(reason)s") % {"reason": act.reason} if act.reason else "",
            level="warning",
        )
    reason = act.reason if act else dispatch.last_error
    if reason in JUDGED:
        todo = _(
            "Look at the reasons below before you let it go on. Once you do, it does not stop "
            "for this again."
        )
        return Note(_("It paused by itself: %(reason)s") % {"reason": _(reason)}, todo, "critical")
    said = plain(reason)
    return Note(
        _("It paused by itself. %(reason)s") % {"reason": said.text},
        _("%(todo)s The service said: %(answer)s") % {"todo": said.todo, "answer": reason},
        level="critical",
    )


def _sending(scene: Scene) -> Iterator[Note]:
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
        yield from _stalled(scene)
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


def _stalled(scene: Scene) -> Iterator[Note]:
    """Nobody works on what is due: the one thing that no state says by itself."""
    dispatch = scene.dispatch
    since = dispatch.touched_at or dispatch.ready_at or dispatch.created_at
    if dispatch.state == DispatchState.PREPARING:
        # Each part of the audience that is written down begins a batch.
        last = dispatch.batches.order_by("-seq").values_list("not_before", flat=True).first()
        since = max(since, last or since)
    if dispatch.state != DispatchState.SENDING:
        since = max(filter(None, (dispatch.due_at, dispatch.not_before, since)))
    elif dispatch.due_at:
        since = max(since, dispatch.due_at)
    if timezone.now() - since < STALLED:
        return
    yield Note(
        _("Nobody has worked on it since %(time)s: the worker seems to be down.")
        % {"time": clock(since)},
        _(
            "Nothing is lost. Start the worker (manage.py worker) or the clock (manage.py "
            "newsletter_tick every minute); it goes on where it stopped. Mails that were just "
            "being handed over will be called unknown."
        ),
        level="critical",
    )


def _unknown(scene: Scene) -> Iterator[Note]:
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


def _changed(scene: Scene) -> Iterator[Note]:
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


def _who(user: object) -> str:
    return str(user or _("Somebody"))
