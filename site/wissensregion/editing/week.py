"""What the CMS's first page answers: what must I do this week?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from wissensregion.editing import duties
from wissensregion.plugin import offer, plugins

if TYPE_CHECKING:
    from wissensregion.models import User
    from wissensregion.plugin import Duty


class ThisWeekPanel(Component):
    """Every line the site and its plugins have for this person, the most urgent first."""

    name = "this_week"
    template_name = "wissensregion/admin/this_week_panel.html"
    order = 30

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"duties": of(self.user), "today": timezone.localdate()}


def of(user: User) -> list[Duty]:
    found = [*duties.due(user)]
    for plugin in plugins():
        if due := offer(plugin, "duties", "due"):
            found += due(user)
    # Sorting keeps the order of those without a day.
    return sorted(found, key=lambda duty: duty.due or date.max)
