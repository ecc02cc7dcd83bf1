"""The CMS screens of the site settings and of what visitors report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import AccessibilityReport, SiteProfile
from wissensregion.dates import DayColumn

if TYPE_CHECKING:
    from wissensregion.models import User


class SiteProfileViewSet(SnippetViewSet):
    """The site settings, one per language, among the settings of the CMS."""

    model = SiteProfile
    icon = "cogs"
    add_to_settings_menu = True
    menu_order = 50
    list_display = ["organisation", "locale", "email"]


class Received(ModelPermissionPolicy):
    """Visitors write reports; the office answers them, and adds none."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "add" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: User, actions: list[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(AccessibilityReport, Received(AccessibilityReport))


class AccessibilityReportViewSet(SnippetViewSet):
    """What visitors could not use, oldest unanswered first."""

    model = AccessibilityReport
    icon = "glasses"
    menu_label = _("Accessibility reports")
    add_to_admin_menu = True
    menu_order = 460
    copy_view_enabled = False
    list_display = [
        "__str__",
        Column("state", label=_("State")),
        DateColumn("created_at", label=_("Received")),
        DayColumn("due_on", label=_("To be answered by")),
        DayColumn("answered_on", label=_("Answered on")),
    ]
    list_filter = {"answered_on": ["isnull"], "language": ["exact"]}
    ordering = [F("answered_on").desc(nulls_first=True), "due_on"]
