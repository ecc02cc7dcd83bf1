"""Who looked at addresses, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn
from wagtail.admin.views.generic.base import BaseListingView

from newsletter.people import rights
from newsletter.people.models import AddressLook

if TYPE_CHECKING:
    from django.db.models import QuerySet


@method_decorator(rights.only_with(rights.SEE_ADDRESSES), name="dispatch")
class LooksView(BaseListingView):
    """All looks, newest first. Looking here shows no address and is no look."""

    model = AddressLook
    template_name = "newsletter/admin/looks.html"
    page_title = _("Looks at addresses")
    header_icon = "view"
    verbose_name_plural = _("looks at addresses")
    index_url_name = "newsletter_looks"
    paginate_by = 50
    columns = (
        DateColumn("at", label=_("When")),
        Column("username", label=_("Who")),
        Column("kind", label=_("What"), accessor="get_kind_display"),
        Column("subscriber", label=_("Subscriber"), accessor=lambda look: look.subscriber or "–"),
        NumberColumn("count", label=_("Addresses")),
        Column("reason", label=_("Why")),
    )

    def get_base_queryset(self) -> QuerySet[AddressLook]:
        return AddressLook.objects.all()
