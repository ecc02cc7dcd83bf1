"""The fields every page has for its schedule."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel

from wissensregion.dates import MomentInput
from wissensregion.scheduling import pulse


class SchedulePanel(PublishingPanel):
    """When a page goes live and expires, to the second, and whether somebody sees to it."""

    def __init__(self, **kwargs: Any) -> None:
        plain = PublishingPanel().children
        exact = [FieldPanel(field.field_name, widget=_exact(field)) for field in plain]
        super().__init__(**{"children": exact, **kwargs})

    class BoundPanel(PublishingPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            # schedule-heartbeat.js asks for it again each time the dialog opens.
            self.help_text = format_html(
                '<span data-schedule-heartbeat="{}">{}</span>',
                reverse("schedule_heartbeat"),
                pulse.words(),
            )
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context


def _exact(panel: FieldPanel) -> MomentInput:
    """In place of Wagtail's own widget, which leaves out the seconds."""
    return MomentInput(
        attrs={**panel.widget.attrs, "placeholder": _("YYYY-MM-DD HH:MM:SS")},
        js_overlay_parent_selector=panel.widget.js_overlay_parent_selector,
    )
