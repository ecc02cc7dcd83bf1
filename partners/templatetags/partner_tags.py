"""What a partner's profile says to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from partners.models import Kind
from wissensregion import structured

if TYPE_CHECKING:
    from partners.models import PartnerPage

register = template.Library()

# The kinds of institutions schema.org has a word for; any other is an organisation.
TYPES: dict[str, str] = {
    Kind.MUNICIPALITY: "GovernmentOrganization",
    Kind.UNIVERSITY: "CollegeOrUniversity",
    Kind.RESEARCH: "ResearchOrganization",
    Kind.COMPANY: "Corporation",
}


@register.inclusion_tag(structured.TEMPLATE)
def partner_data(page: PartnerPage, profile: Any) -> dict[str, str]:
    """Describe the institution. The people to ask stay on the page: they are for people."""
    region = structured.publisher(getattr(profile, "organisation", ""))
    own = [block.value["url"] for block in page.links]
    return structured.script(
        {
            "@type": TYPES.get(page.partner.kind, "Organization"),
            "@id": f"{page.full_url}#partner",
            "name": page.partner.name,
            "description": page.summary,
            "url": own[0] if own else page.full_url,
            "mainEntityOfPage": page.full_url,
            "sameAs": own[1:],
            "logo": structured.logo(page.logo),
            "address": ", ".join(page.address.splitlines()),
            "memberOf": {"@type": "Organization", "@id": region["@id"], "name": region["name"]},
        }
    )
