"""Handing everything out, to who may, on the record."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from newsletter.people import looking, rights
from newsletter.people.exporting import archive
from newsletter.people.forms import ReasonForm
from newsletter.people.models import LookKind
from newsletter.people.screens import screen
from newsletter.subscriptions.models import SignupRequest, Subscriber

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from newsletter.people.rights import EditorRequest

logger = logging.getLogger(__name__)


@never_cache
@rights.only_with(rights.SEE_ADDRESSES, rights.EXPORT)
def export(request: EditorRequest) -> HttpResponseBase:
    """Say what is in it; hand it out when it is said why."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = Subscriber.objects.count() + SignupRequest.objects.open().count()
        looking.record(request.user, LookKind.EXPORT, form.cleaned_data["reason"], count=count)
        logger.info("Everything was exported", extra={"by": request.user.pk, "count": count})
        answer = StreamingHttpResponse(archive(), content_type="application/zip")
        day = timezone.localdate().isoformat()
        answer["Content-Disposition"] = f'attachment; filename="newsletter-{day}.zip"'
        return answer
    context = screen(_("Export everything"), ("newsletter_people", _("People")), form=form)
    return render(request, "newsletter/admin/export.html", context)
