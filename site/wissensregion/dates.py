"""Days and moments in forms and tables, shown and typed as the editor's language writes them.

Wagtail's own show one form in every language, and its calendar takes what it cannot read for the
present moment; typed-dates.js keeps it from that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.functional import cached_property
from wagtail.admin.datetimepicker import to_datetimepicker_format
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput
from wagtail.blocks import DateBlock

if TYPE_CHECKING:
    from django import forms


def _config(config: dict[str, Any], key: str) -> dict[str, Any]:
    """What the calendar is told: to write the form that is read first."""
    return {**config, "format": to_datetimepicker_format(formats.get_format(key)[0])}


class DayInput(AdminDateInput):
    """A day, e.g. 24.12.2026 in German and 2026-12-24 in English."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        # Django asks the language each time where a field has no form of its own.
        self.format = None

    def get_config(self) -> dict[str, Any]:
        return _config(super().get_config(), "DATE_INPUT_FORMATS")


class MomentInput(AdminDateTimeInput):
    """A day and a time of it, to the second."""

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(attrs, **kwargs)
        self.format = None

    def get_config(self) -> dict[str, Any]:
        return _config(super().get_config(), "DATETIME_INPUT_FORMATS")


class DayBlock(DateBlock):
    """A day within a page's body."""

    # What is stored is a date as any other.
    canonical_module_path = "wagtail.blocks.DateBlock"

    @cached_property
    def field(self) -> forms.DateField:
        field: forms.DateField = super().field
        field.widget = DayInput()
        field.widget.is_required = field.required
        return field


class DayColumn(Column):
    """A day in a table, by its date: Wagtail's own column says of all days to come “just now”."""

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""
