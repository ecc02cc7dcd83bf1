"""The words of a partner's profile."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ServiceBlock(blocks.StructBlock):
    """Something the partner does for people or companies."""

    title = blocks.CharBlock(label=_("Service"), max_length=120)
    text = blocks.TextBlock(label=_("What it offers"), required=False)
    url = blocks.URLBlock(label=_("Web address"), required=False)

    class Meta:
        icon = "cog"
        label = _("Service")


class ContactBlock(blocks.StructBlock):
    """Whom to ask."""

    name = blocks.CharBlock(label=_("Name"), max_length=120)
    role = blocks.CharBlock(label=_("Role"), required=False, max_length=120)
    phone = blocks.CharBlock(label=_("Telephone"), required=False, max_length=40)
    email = blocks.EmailBlock(label=_("Mail address"), required=False)

    class Meta:
        icon = "user"
        label = _("Contact")


class LinkBlock(blocks.StructBlock):
    """A way to the partner's own pages."""

    label = blocks.CharBlock(label=_("Label"), max_length=80)
    url = blocks.URLBlock(label=_("Web address"))

    class Meta:
        icon = "link"
        label = _("Link")


class CountryBlock(blocks.StructBlock):
    """A country the partner looks to, and why."""

    country = blocks.CharBlock(label=_("Country"), max_length=80)
    reason = blocks.CharBlock(label=_("Why"), required=False, max_length=200)

    class Meta:
        icon = "globe"
        label = _("Target country")
