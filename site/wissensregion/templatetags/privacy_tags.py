"""What a privacy policy has to say of this installation, written from the table of retention."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from wissensregion.retention.facts import PrivacyFacts
from wissensregion.retention.rules import by_activity

register = template.Library()


@register.inclusion_tag("wissensregion/privacy_facts.html")
def privacy_facts() -> dict[str, Any]:
    """Say what is known; what nobody has filled in is left out here and asked for in the CMS."""
    facts = PrivacyFacts.current()
    try:
        settings_url = reverse("newsletter:settings")
    except NoReverseMatch:
        settings_url = ""
    return {
        "facts": facts,
        "processors": [each for each in facts.processors if each.name],
        "table": by_activity(public=True),
        "settings_url": settings_url,
    }
