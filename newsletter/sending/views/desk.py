"""The screen of one dispatch: what happens now, why, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.composing.models import IssuePage
from newsletter.sending import actions, advice, pacing, tasks
from newsletter.sending.audience import audience, language
from newsletter.sending.charts import chart
from newsletter.sending.choices import Choice, choices
from newsletter.sending.forms import ActForm, wrong_count
from newsletter.sending.models import DeliveryState, Dispatch, DispatchState
from newsletter.sending.progress import PROBLEMS, Progress, reasons
from newsletter.sending.views.door import all_dispatches, may_send, screen
from newsletter.sending.views.probes import kept, unproven
from newsletter.sending.wording import grouped

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from newsletter.composing.models import Edition
    from newsletter.sending.views.door import EditorRequest
    from wissensregion.models import User

ACTS = 100


@may_send
def dispatch(request: EditorRequest, dispatch_id: int) -> HttpResponse:
    """How far one dispatch is, and what can be done about it."""
    row = _dispatch(dispatch_id)
    editions = _editions(row)
    progress = _progress(row, editions)
    return _page(request, row, editions, progress, _forms(row, progress, request.user))


@require_POST
@may_send
def act(request: EditorRequest, dispatch_id: int, verb: str) -> HttpResponse:
    """Do one of the things that are possible; whoever presses twice is told that it is done."""
    row = _dispatch(dispatch_id)
    editions = _editions(row)
    progress = _progress(row, editions)
    possible = _forms(row, progress, request.user, posted={verb: request.POST})
    choice, form = next(
        ((choice, form) for choice, form in possible if choice.verb == verb), (None, None)
    )
    if choice is None or form is None:
        return _nothing_changed(request, row)
    if not form.is_valid():
        return _page(request, row, editions, progress, possible)
    try:
        done = _do(row, choice, request.user, form.cleaned_data["reason"])
    except actions.WrongCountError as error:
        form.add_error("count", wrong_count(form.cleaned_data["count"], error.count))
        return _page(request, row, editions, progress, possible)
    except (actions.SecondPersonError, actions.UnprovenError) as error:
        messages.error(request, _refused(error))
        return redirect("newsletter_dispatch", row.pk)
    if not done:
        return _nothing_changed(request, row)
    if verb in {"resume", "release", "resend", "retry"}:
        tasks.wake(row.pk)
    messages.success(request, _said(verb, done))
    return redirect("newsletter_dispatch", row.pk)


def _do(row: Dispatch, choice: Choice, user: User, reason: str) -> int:
    count = choice.count or 0
    verbs: dict[str, Callable[[], int]] = {
        "pause": lambda: actions.pause(row, user, reason),
        "resume": lambda: actions.resume(row, user, reason),
        "cancel": lambda: actions.cancel(row, user, reason),
        "release": lambda: actions.release(row, user, reason, count=count),
        "resend": lambda: actions.resend_unknown(row, user, reason, count=count),
        "retry": lambda: actions.retry_failed(row, user, reason, count=count),
        # Nothing to count on a new server is a success all the same.
        "adopt": lambda: 1 + actions.adopt_server(user, reason),
    }
    return int(verbs[choice.verb]())


def _refused(error: Exception) -> str:
    if isinstance(error, actions.UnprovenError):
        return unproven()
    return _("You began this dispatch; somebody else has to be the second person.")


def _said(verb: str, done: int) -> str:
    return {
        "pause": _("Paused. Mails already being handed over still arrive."),
        "resume": _("It goes on."),
        "cancel": _("Cancelled. Whoever has not had the issue yet will not get it."),
        "release": _("Released."),
        "resend": ngettext("%(count)s mail is sent again.", "%(count)s mails are sent again.", done)
        % {"count": grouped(done)},
        "retry": ngettext(
            "%(count)s mail is tried again.", "%(count)s mails are tried again.", done
        )
        % {"count": grouped(done)},
        "adopt": ngettext(
            "This server may send from now on. %(count)s mail became unknown.",
            "This server may send from now on. %(count)s mails became unknown.",
            done - 1,
        )
        % {"count": grouped(done - 1)},
    }[verb]


def _nothing_changed(request: EditorRequest, row: Dispatch) -> HttpResponse:
    row.refresh_from_db()
    messages.warning(
        request, _("Nothing changed: it is %(state)s.") % {"state": row.get_state_display()}
    )
    return redirect("newsletter_dispatch", row.pk)


def _forms(
    row: Dispatch, progress: Progress, user: User, posted: dict[str, Any] | None = None
) -> list[tuple[Choice, ActForm]]:
    """Each thing that can be done, with its form."""
    return [
        (
            choice,
            ActForm(
                (posted or {}).get(choice.verb),
                expected=choice.count,
                reason_needed=choice.reason_needed,
                auto_id=f"{choice.verb}-%s",
            ),
        )
        for choice in choices(row, progress, user)
    ]


def _page(
    request: EditorRequest,
    row: Dispatch,
    editions: list[Edition],
    progress: Progress,
    possible: list[tuple[Choice, ActForm]],
) -> HttpResponse:
    subject = editions[0].subject if editions else ""
    account = pacing.account_in_use()
    acts = list(row.acts.select_related("user")[:ACTS])
    scene = advice.Scene(row, progress, account, editions, acts)
    context = {
        **screen(_("Dispatch of “%(subject)s”") % {"subject": subject}, all_dispatches()),
        "dispatch": row,
        "editions": editions,
        "progress": progress,
        "states": DeliveryState,
        "notes": advice.notes(scene),
        "choices": possible,
        "reasons": reasons(row) if progress.count(*PROBLEMS) else [],
        "chart": chart(progress.spans, progress.step),
        "end": pacing.end(progress, account),
        "acts": [(act, advice.why(act)) for act in acts],
        "reports": settings.NEWSLETTER_REPORTS,
        "later": _later(row, editions),
        "proofs": kept(row, editions),
    }
    return render(request, "newsletter/admin/dispatch.html", context)


def _later(row: Dispatch, editions: list[Edition]) -> tuple[IssuePage, int] | None:
    """The issue, and how many came after it was sent."""
    if row.state not in {DispatchState.COMPLETED, DispatchState.UNCLEAR} or not editions:
        return None
    count = audience(row.newsletter_id, row.issue_key).count()
    return (editions[0].page, count) if count else None


def _dispatch(dispatch_id: int) -> Dispatch:
    rows = Dispatch.objects.select_related("requested_by", "released_by", "newsletter")
    return get_object_or_404(rows, pk=dispatch_id)


def _editions(row: Dispatch) -> list[Edition]:
    return list(
        row.editions.select_related("page").defer("html", "text", "page__body").order_by("locale")
    )


def _progress(row: Dispatch, editions: list[Edition]) -> Progress:
    return Progress.of(row, {edition.pk: language(edition.locale) for edition in editions})
