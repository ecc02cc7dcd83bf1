"""The report of what expires: filtered, ordered, exported as Wagtail's reports are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from wissensregion.dates import DayColumn
from wissensregion.expiring import ends
from wissensregion.expiring.deadlines import AHEAD, Deadline, Kind

if TYPE_CHECKING:
    from wagtail.admin.ui.tables import Table

    from wissensregion.expiring.deadlines import DeadlineQuerySet

WHEN = [("past", _("Past")), ("soon", _("Within 30 days")), ("later", _("Later"))]


class DeadlineFilterSet(WagtailFilterSet):
    """What kind of thing, and how soon."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("All"))
    when = django_filters.ChoiceFilter(
        label=_("When"), choices=WHEN, method="ending", empty_label=_("Any time")
    )

    class Meta:
        model = Deadline
        fields: ClassVar = ["kind"]

    def ending(self, rows: DeadlineQuerySet, name: str, value: str) -> DeadlineQuerySet:
        today = timezone.localdate()
        spans: dict[str, dict[str, Any]] = {
            "past": {"day__lt": today},
            "soon": {"day__range": (today, today + AHEAD)},
            "later": {"day__gt": today + AHEAD},
        }
        return rows.filter(**spans[value])


class PlacesColumn(Column):
    """The pages something stands on, each a way to its form."""

    cell_template_name = "wissensregion/admin/places.html"


class ExpiringReport(ReportView):
    """Which pictures lose their right to be shown, and which figures have to be looked at."""

    model = Deadline
    page_title = _("Rights and figures that expire")
    header_icon = "time"
    index_url_name = "expiring_report"
    index_results_url_name = "expiring_report_results"
    filterset_class = DeadlineFilterSet
    default_ordering = "day"
    is_searchable = False
    export_filename = "expiring"
    list_export: ClassVar = ["day", "state", "kind.label", "title", "source", "as_of", "pages"]
    export_headings: ClassVar = {
        "day": _("Last day"),
        "state": _("State"),
        "kind.label": _("Kind"),
        "title": _("Picture or figure"),
        "source": _("Source"),
        "as_of": _("As of"),
        "pages": _("Used on"),
    }
    columns: ClassVar = [
        TitleColumn("title", label=_("Picture or figure"), get_url=lambda ending: ending.edit_url),
        Column("kind", label=_("Kind"), accessor="kind.label", sort_key="kind"),
        DayColumn("day", label=_("Last day"), sort_key="day"),
        Column("state", label=_("State")),
        Column("source", label=_("Source")),
        PlacesColumn("places", label=_("Used on")),
    ]

    def get_base_queryset(self) -> DeadlineQuerySet:
        return ends.open_for(self.request.user)

    def get_table(self, object_list: Any) -> Table:
        return super().get_table(ends.described(object_list))

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        return ends.described(object_list) if self.is_export else object_list
