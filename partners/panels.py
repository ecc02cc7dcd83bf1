"""What a partner's member finds on the CMS's first page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import WorkflowState, get_default_page_content_type

from partners import moderation
from partners.models import ContributionIndexPage, ContributionPage, PartnerPage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wagtail.models import Page

    from wissensregion.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """One page of a partner, and where it stands on its way to the readers."""

    page: Page
    state: str
    comment: str = ""
    submittable: bool = False


class MyContributionsPanel(Component):
    """The pages a member may write, with their state, and where to begin a new one."""

    name = "my_contributions"
    template_name = "partners/admin/my_contributions.html"
    order = 120

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        places = Q(pk__in=[])
        for partner, locale in self.user.memberships.values_list("partner", "locale"):
            places |= Q(partner=partner, locale=locale)
        rooms = ContributionIndexPage.objects.filter(places).select_related("locale")
        contributions = ContributionPage.objects.filter(places).select_related("locale")
        profiles = PartnerPage.objects.filter(places).select_related("locale")
        pages = [
            *contributions.defer("body").order_by("-latest_revision_created_at", "-pk"),
            *profiles.defer("body").order_by("title"),
        ]
        return {"rooms": rooms.order_by("title"), "rows": rows(pages)}


def rows(pages: list[Page]) -> list[Row]:
    states = WorkflowState.objects.active().filter(
        base_content_type=get_default_page_content_type(),
        object_id__in=[str(page.pk) for page in pages],
    )
    of_page = {state.object_id: state for state in states.select_related("current_task_state")}
    translated = moderation.submittable_translations(pages)
    return [_row(page, of_page.get(str(page.pk)), translated) for page in pages]


def _row(page: Page, state: WorkflowState | None, translated: set[int]) -> Row:
    submittable = page.pk in translated
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        task = state.current_task_state
        comment = task.get_comment() if task else ""
        return Row(page, _("Changes requested"), comment=comment, submittable=submittable)
    if state:
        return Row(page, _("Waits for approval"))
    if not page.live:
        return Row(page, _("Draft"), submittable=submittable)
    newer = page.has_unpublished_changes
    return Row(page, _("Live, with a newer draft") if newer else _("Live"), submittable=submittable)
