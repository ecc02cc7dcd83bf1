"""The words of the site settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class SocialLinkBlock(blocks.StructBlock):
    """A profile elsewhere; a plain link, nothing embedded."""

    network = blocks.CharBlock(label=_("Network"), max_length=40)
    url = blocks.URLBlock(label=_("Web address"))

    class Meta:
        icon = "link"
        label = _("Social link")
