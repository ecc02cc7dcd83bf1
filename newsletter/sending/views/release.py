"""The screen before a dispatch: check, try, and let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.composing.models import IssuePage
from newsletter.composing.render import RenderError, mail
from newsletter.composing.review import review
from newsletter.sending import actions, pacing, tasks
from newsletter.sending.audience import shares
from newsletter.sending.exclusions import exclusions
from newsletter.sending.forms import ReleaseForm
from newsletter.sending.models import Dispatch, DispatchKind, DispatchState
from newsletter.sending.views import probes
from newsletter.sending.views.door import may_send, screen, who_was_first
from newsletter.sending.wording import clock

if TYPE_CHECKING:
    from django.http import HttpResponse

    from newsletter.sending.views.door import EditorRequest

OVER = (DispatchState.COMPLETED, DispatchState.UNCLEAR)


@may_send
def release(request: EditorRequest, page_id: int) -> HttpResponse:
    """Show who would get what, and send when the number of readers is typed."""
    issue = get_object_or_404(IssuePage.objects.select_related("newsletter"), pk=page_id)
    pages = issue.in_every_locale()
    running = _running(issue)
    later = running is not None and running.state in OVER
    rows = shares(issue, [page.locale.language_code for page in pages])
    findings = [finding for page in pages for finding in review(page)]
    proof = probes.panel(issue, request.user)
    stopped = not pages or any(finding.stops for finding in findings) or proof.stops
    total = sum(row.count for row in rows)
    form = ReleaseForm(request.POST or None, expected=total, later=running is None)
    if request.method == "POST" and (
        first := _replayed(request) or (running if not later else None)
    ):
        messages.error(request, who_was_first(first, request.user))
        return redirect("newsletter_dispatch", first.pk)
    if request.method == "POST" and not stopped and form.is_valid():
        return _start(request, issue, form, follow_up=later)
    account = pacing.account_in_use()
    above = (reverse("wagtailadmin_pages:edit", args=[issue.pk]), issue.get_admin_display_title())
    context = {
        **screen(_("Send “%(issue)s”") % {"issue": issue.title}, above),
        "issue": issue, "pages": [(page, _size(page)) for page in pages], "shares": rows,
        "total": total, "findings": findings, "stopped": stopped, "proof": proof, "form": form,
        "running": running, "later": later, "account": account,
        "exclusions": exclusions(issue.newsletter_id, issue.translation_key),
        "limits": pacing.limits(account), "troubles": pacing.troubles(account),
        "sender": settings.DEFAULT_FROM_EMAIL, "undo": settings.NEWSLETTER_UNDO_SECONDS,
        "hours": settings.NEWSLETTER_LATEST_START_HOURS,
        "four_eyes": settings.NEWSLETTER_FOUR_EYES, "zone": settings.TIME_ZONE,
    }  # fmt: skip
    return render(request, "newsletter/admin/release.html", context)


def _running(issue: IssuePage) -> Dispatch | None:
    """What stands in the way of sending it: the newest dispatch that goes on, or the first."""
    found = Dispatch.objects.not_undone().filter(issue_key=issue.translation_key)
    alive = found.alive().exclude(state=DispatchState.UNCLEAR).order_by("-pk").first()
    return alive or found.filter(kind=DispatchKind.FINAL).order_by("pk").first()


def _replayed(request: EditorRequest) -> Dispatch | None:
    """The dispatch that this very press has begun before, whatever became of it."""
    nonce = ReleaseForm.base_fields["nonce"]
    try:
        sent = nonce.clean(request.POST.get("nonce", ""))
    except ValidationError:
        return None
    return Dispatch.objects.filter(nonce=sent).first() if sent else None


def _start(
    request: EditorRequest, issue: IssuePage, form: ReleaseForm, *, follow_up: bool
) -> HttpResponse:
    typed: dict[str, Any] = form.cleaned_data
    try:
        if follow_up:
            dispatch = actions.follow_up(
                issue, request.user, expected=form.expected, nonce=typed["nonce"]
            )
        else:
            dispatch = actions.start(
                issue,
                request.user,
                expected=form.expected,
                at=typed["at"],
                nonce=typed["nonce"],
            )
    except actions.AlreadyStartedError as error:
        messages.error(request, who_was_first(error.dispatch, request.user))
        return redirect("newsletter_dispatch", error.dispatch.pk)
    except actions.UnprovenError:
        messages.error(request, probes.unproven())
        return redirect("newsletter_release", issue.pk)
    except (RenderError, actions.NothingToSendError) as error:
        messages.error(request, _("Nothing was sent. %(error)s") % {"error": error})
        return redirect("newsletter_release", issue.pk)
    tasks.wake(dispatch.pk, at=dispatch.not_before)
    if dispatch.not_before:
        said = _("It is planned: %(time)s.") % {"time": clock(dispatch.not_before)}
    else:
        said = _("The issue is on its way. You can leave this page.")
    messages.success(request, said)
    return redirect("newsletter_dispatch", dispatch.pk)


def _size(page: IssuePage) -> int | None:
    """The size of the mail in kB; nothing where it cannot be drawn."""
    try:
        return len(mail(page, page.index()).html.encode()) // 1024 + 1
    except RenderError:
        return None


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
