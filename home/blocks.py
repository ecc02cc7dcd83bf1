"""The words of the site settings and of the legal pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class SocialLinkBlock(blocks.StructBlock):
    """A profile elsewhere; a plain link, nothing embedded."""

    network = blocks.CharBlock(label=_("Network"), max_length=40)
    url = blocks.URLBlock(label=_("Web address"))

    class Meta:
        icon = "link"
        label = _("Social link")


class BarrierBlock(blocks.StructBlock):
    """One part of the site that not everybody can use, why, and what to use instead."""

    text = blocks.TextBlock(label=_("What is not accessible"), rows=2)
    reason = blocks.ChoiceBlock(
        label=_("Reason"),
        choices=[
            ("open", _("not yet compliant with the standard")),
            ("burden", _("disproportionate burden (section 12a (6) BGG)")),
            ("scope", _("outside the law's scope")),
        ],
    )
    alternative = blocks.TextBlock(
        label=_("Accessible alternative"), required=False, rows=2, help_text=_("If there is one.")
    )

    class Meta:
        icon = "warning"
        label = _("Barrier")
        template = "home/barrier.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        reasons = dict(self.child_blocks["reason"].field.choices)
        return {
            **super().get_context(value, parent_context),
            "reason": reasons.get(value["reason"], ""),
        }
