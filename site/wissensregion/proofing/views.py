"""Approving without opening the page: it publishes or schedules, so it is refused like those."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.views.pages.workflow import WorkflowActionView

from wissensregion.proofing.asking import refusals
from wissensregion.proofing.forms import REJECT
from wissensregion.proofing.telling import refuse
from wissensregion.scheduling import pulse

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class ProofedWorkflowActionView(WorkflowActionView):
    """Wagtail's own, which asks no form what it is about to publish."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.action_name != REJECT:
            page = self.object.get_latest_revision_as_object()
            found = refusals(page)
            late = pulse.neglects(page)
            if found:
                refuse(request, page, found)
            if late:
                messages.error(request, pulse.refusal())
            if found or late:
                url = reverse("wagtailadmin_pages:edit", args=[page.pk])
                if request.headers.get("x-requested-with") == "XMLHttpRequest":
                    answer: HttpResponse = self.render_modal_json(
                        request, {"step": "success", "redirect": url}
                    )
                    return answer
                return redirect(url)
        done: HttpResponse = super().post(request, *args, **kwargs)
        return done
