"""Partners in the CMS: the organisation and who may write for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from partners.models import Partner


class PartnerViewSet(ModelViewSet):
    model = Partner
    icon = "group"
    menu_label = _("Partners")
    menu_order = 450
    add_to_admin_menu = True
    # A copy would take the members along, and with them their rights.
    copy_view_enabled = False
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name"]
