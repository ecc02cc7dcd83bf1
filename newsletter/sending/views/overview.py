"""All dispatches, the running ones first, and the pace at which they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Prefetch, Q, Value, When
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from newsletter.composing.models import Edition
from newsletter.sending import actions, pacing, throttle
from newsletter.sending.forms import PaceForm
from newsletter.sending.models import Delivery, Dispatch, OperatorAct, OperatorVerb
from newsletter.sending.progress import OPEN
from newsletter.sending.states import ENDED, DispatchState
from newsletter.sending.views.door import all_dispatches, may_send, screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from newsletter.sending.views.door import EditorRequest

LATEST = 100
CHANGES = 20
OVER = [*ENDED, DispatchState.UNCLEAR]
PACE = "newsletter.change_senderaccount"


@may_send
def dispatches(request: EditorRequest) -> HttpResponse:
    """All dispatches, the running ones first, then the newest."""
    over = Case(
        When(state__in=OVER, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    subjects = Edition.objects.defer("html", "text").order_by("locale")
    rows = list(
        Dispatch.objects.select_related("newsletter", "requested_by")
        .prefetch_related(Prefetch("editions", subjects))
        .annotate(over=over)
        .order_by("over", "-created_at")[:LATEST]
    )
    running = [row.pk for row in rows if row.state not in OVER]
    counted = (
        Delivery.objects.filter(dispatch__in=running)
        .order_by()
        .values_list("dispatch")
        .annotate(n=Count("*"), left=Count("pk", filter=Q(state__in=OPEN)))
    )
    counts = {dispatch: (total - left, total) for dispatch, total, left in counted}
    account = pacing.account_in_use()
    context = {
        **screen(_("Dispatches")),
        "rows": [(row, counts.get(row.pk)) for row in rows],
        "running": bool(running),
        "account": account,
        "troubles": pacing.troubles(account),
    }
    return render(request, "newsletter/admin/dispatches.html", context)


@may_send
def pace(request: EditorRequest) -> HttpResponse:
    """How fast we hand over to the mail service; a change needs a reason."""
    account = pacing.account_in_use()
    allowed = request.user.has_perm(PACE)
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied
        account = throttle.account(account.service)
    form = PaceForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        actions.set_pace(account, request.user, form.cleaned_data.pop("reason"), form.cleaned_data)
        messages.success(request, _("The new pace counts from the next call on."))
        return redirect(reverse("newsletter_pace"))
    changes = OperatorAct.objects.filter(verb=OperatorVerb.THROTTLE).select_related("user")
    context = {
        **screen(_("Pace of sending"), all_dispatches()),
        "account": account,
        "form": form,
        "allowed": allowed,
        "limits": pacing.limits(account),
        "troubles": pacing.troubles(account),
        "closed": pacing.closed(account),
        "left_today": pacing.left_today(account),
        "changes": changes.order_by("-at")[:CHANGES],
    }
    return render(request, "newsletter/admin/dispatch_pace.html", context)
