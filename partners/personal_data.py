"""What partners know about a person: who writes for whom. Contacts are public page text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partners.models import Membership

if TYPE_CHECKING:
    from django.db.models import QuerySet

MODELS = {
    "CampaignApprovalTask": False,
    "Partner": False,
    "Membership": True,
    "PartnerGroup": False,
    "PartnerIndexPage": False,
    "PartnerPage": False,
    "CampaignPage": False,
    "ContributionIndexPage": False,
    "ContributionPage": False,
}


def export(address: str) -> dict[str, Any]:
    """Say for which partners, in which languages, the owner of an address writes."""
    memberships = _of(address).select_related("partner", "locale").order_by("partner__name", "pk")
    return {
        "memberships": [
            {"partner": membership.partner.name, "language": membership.locale.language_code}
            for membership in memberships
        ]
    }


def erase(address: str) -> int:
    """End every membership of the owner of an address. What was written stays the partner's."""
    return _of(address).delete()[0]


def _of(address: str) -> QuerySet[Membership]:
    return Membership.objects.filter(user__email__iexact=address.strip())
