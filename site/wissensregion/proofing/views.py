"""Approving without opening the page: it publishes, so it is refused like publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.views.pages.workflow import WorkflowActionView

from wissensregion.proofing.asking import refusals
from wissensregion.proofing.forms import REJECT
from wissensregion.proofing.telling import refuse

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class ProofedWorkflowActionView(WorkflowActionView):
    """Wagtail's own, which asks no form what it is about to publish."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.action_name != REJECT:
            page = self.object.get_latest_revision_as_object()
            if found := refusals(page):
                refuse(request, page, found)
                url = reverse("wagtailadmin_pages:edit", args=[page.pk])
                if request.headers.get("x-requested-with") == "XMLHttpRequest":
                    answer: HttpResponse = self.render_modal_json(
                        request, {"step": "success", "redirect": url}
                    )
                    return answer
                return redirect(url)
        done: HttpResponse = super().post(request, *args, **kwargs)
        return done
