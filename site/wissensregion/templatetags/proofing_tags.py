"""What was found in the page that is being edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from wissensregion.proofing.asking import proof
from wissensregion.proofing.telling import shown

if TYPE_CHECKING:
    from wagtail.models import Page

register = template.Library()


@register.inclusion_tag("wissensregion/admin/page_findings.html")
def findings(page: Page | None) -> dict[str, Any]:
    """List what was found, or say that nothing was, or that nothing is saved yet."""
    if not page or page.pk is None:
        return {"saved": False}
    return {"saved": True, **shown(page, proof(page))}
