"""The dispatch desk of the CMS: check, test, release, watch, pause, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.composing.models import IssuePage
from newsletter.composing.render import RenderError
from newsletter.composing.review import review
from newsletter.sending import actions, tasks
from newsletter.sending.audience import shares
from newsletter.sending.forms import ReleaseForm
from newsletter.sending.models import Dispatch
from newsletter.sending.progress import Progress

if TYPE_CHECKING:
    from wissensregion.models import User

    class EditorRequest(HttpRequest):
        """Behind the CMS's door everybody is logged in."""

        user: User


may_send = permission_required("newsletter.send_issue", raise_exception=True)
LATEST = 100


@may_send
def release(request: EditorRequest, page_id: int) -> HttpResponse:
    """Show who would get what, and send when the number of readers is typed."""
    issue = get_object_or_404(IssuePage, pk=page_id)
    pages = issue.in_every_locale()
    running = Dispatch.objects.not_undone().filter(issue_key=issue.translation_key).first()
    rows = shares(issue, [page.locale.language_code for page in pages])
    findings = [finding for page in pages for finding in review(page)]
    stopped = not pages or any(finding.stops for finding in findings)
    total = sum(row.count for row in rows)
    form = ReleaseForm(request.POST or None, expected=total)
    if request.method == "POST" and running:
        messages.error(request, _who_was_first(running))
        return redirect("newsletter_dispatch", running.pk)
    if request.method == "POST" and not stopped and form.is_valid():
        return _start(request, issue, total)
    context = {
        **_screen(_("Send “%(issue)s”") % {"issue": issue.title}, issue),
        "issue": issue, "pages": pages, "shares": rows, "total": total, "findings": findings,
        "stopped": stopped, "form": form, "running": running,
    }  # fmt: skip
    return render(request, "newsletter/admin/release.html", context)


def _start(request: EditorRequest, issue: IssuePage, total: int) -> HttpResponse:
    try:
        dispatch = actions.start(issue, request.user, expected=total)
    except actions.AlreadyStartedError as error:
        messages.error(request, _who_was_first(error.dispatch))
        return redirect("newsletter_dispatch", error.dispatch.pk)
    except (RenderError, actions.NothingToSendError) as error:
        messages.error(request, _("Nothing was sent. %(error)s") % {"error": error})
        return redirect("newsletter_release", issue.pk)
    tasks.wake(dispatch.pk)
    messages.success(request, _("The issue is on its way. You can leave this page."))
    return redirect("newsletter_dispatch", dispatch.pk)


@require_POST
def test_mail(request: EditorRequest, page_id: int) -> HttpResponse:
    """Send the draft to whoever is logged in, and to nobody else."""
    issue = get_object_or_404(IssuePage, pk=page_id)
    if not issue.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if not request.user.email:
        messages.error(request, _("Your account has no mail address. Add one in your profile."))
        return redirect("wagtailadmin_pages:edit", issue.pk)
    try:
        actions.send_test(issue, request.user)
    except (RenderError, actions.TestMailError) as error:
        messages.error(request, _("The test mail was not sent. %(error)s") % {"error": error})
    else:
        messages.success(request, _("The test mail is on its way to your own address."))
    back = "newsletter_release" if "release" in request.POST else "wagtailadmin_pages:edit"
    return redirect(back, issue.pk)


@may_send
def dispatches(request: EditorRequest) -> HttpResponse:
    """All dispatches, newest first."""
    rows = (
        Dispatch.objects.select_related("newsletter", "requested_by")
        .prefetch_related("editions")
        .order_by("-created_at")[:LATEST]
    )
    context = {**_screen(_("Dispatches")), "dispatches": rows}
    return render(request, "newsletter/admin/dispatches.html", context)


@may_send
def dispatch(request: EditorRequest, dispatch_id: int) -> HttpResponse:
    """How far one dispatch is, and what can be done about it."""
    row = get_object_or_404(Dispatch.objects.select_related("requested_by"), pk=dispatch_id)
    editions = list(row.editions.defer("html", "text").order_by("locale"))
    subject = editions[0].subject if editions else ""
    context = {
        **_screen(_("Dispatch of “%(subject)s”") % {"subject": subject}, dispatches=True),
        "dispatch": row,
        "progress": Progress.of(row),
        "reasons": Progress.reasons(row),
    }
    return render(request, "newsletter/admin/dispatch.html", context)


@require_POST
@may_send
def act(request: EditorRequest, dispatch_id: int, verb: str) -> HttpResponse:
    """Pause, resume or cancel; whoever presses twice is told that it is done."""
    row = get_object_or_404(Dispatch, pk=dispatch_id)
    verbs = {"pause": actions.pause, "resume": actions.resume, "cancel": actions.cancel}
    done = verbs[verb](row, request.user)
    if done and verb == "resume":
        tasks.wake(row.pk)
    said = {
        "pause": _("Paused. Mails already being handed over still arrive."),
        "resume": _("It goes on."),
        "cancel": _("Cancelled. Whoever has not had the issue yet will not get it."),
    }
    if done:
        messages.success(request, said[verb])
    else:
        row.refresh_from_db()
        messages.warning(
            request, _("Nothing changed: it is %(state)s.") % {"state": row.get_state_display()}
        )
    return redirect("newsletter_dispatch", row.pk)


def _who_was_first(running: Dispatch) -> str:
    return _("%(name)s has already sent this issue (%(at)s). Nobody gets it twice.") % {
        "name": running.requested_by or _("Somebody"),
        "at": date_format(timezone.localtime(running.created_at), "SHORT_DATETIME_FORMAT"),
    }


def _screen(
    title: str, issue: IssuePage | None = None, *, dispatches: bool = False
) -> dict[str, Any]:
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if issue:
        url = reverse("wagtailadmin_pages:edit", args=[issue.pk])
        items.append({"url": url, "label": issue.get_admin_display_title()})
    if dispatches:
        items.append({"url": reverse("newsletter_dispatches"), "label": _("Dispatches")})
    items.append({"url": "", "label": title})
    return {"page_title": title, "header_title": title, "breadcrumbs_items": items}
