"""What partners know about a person: who writes for whom, and whom profiles name as a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from partners.models import Membership, PartnerPage
from wissensregion.retention.rules import Activity, Basis, Recipient, Rule

if TYPE_CHECKING:
    from django.db.models import QuerySet

MODELS = {
    "CampaignApprovalTask": False,
    "Partner": False,
    "Membership": True,
    "PartnerGroup": False,
    "PartnerIndexPage": False,
    "PartnerPage": True,
    "CampaignPage": False,
    "ContributionIndexPage": False,
    "ContributionPage": False,
}

WRITING = Activity(
    title=_("Partners write for the campaign"),
    purpose=_("Letting people of partners write, and asking the right person."),
    whose=_("people who write for a partner"),
    basis=Basis.INTEREST,
    because=_("Working together with the organisation they belong to."),
    public=False,
)
CONTACTS = Activity(
    title=_("Contacts of partners"),
    purpose=_("Telling visitors whom to ask at a partner."),
    whose=_("people a partner names as a contact"),
    basis=Basis.INTEREST,
    because=_("Named by the organisation they work for, for its visitors."),
    recipients=(Recipient.HOST, Recipient.PUBLIC),
)
RETENTION = [
    Rule(
        name="partners.memberships",
        activity=WRITING,
        models=("Membership",),
        data=_("who writes for which partner in which language"),
        until=_("until the partner or the office ends it, or the account is deleted"),
        reason=_("The right to write ends with the work it is for (GDPR Art. 5(1)(e))."),
    ),
    Rule(
        name="partners.contacts",
        activity=CONTACTS,
        models=("PartnerPage",),
        data=_("name, role, telephone and mail address of contacts"),
        until=_("until the partner takes the contact off its profile"),
        reason=_("A contact is of use as long as the person does this work (GDPR Art. 5(1)(d))."),
    ),
]


def export(address: str) -> dict[str, Any]:
    """Say for which partners, in which languages, the owner of an address writes."""
    memberships = _of(address).select_related("partner", "locale").order_by("partner__name", "pk")
    return {
        "memberships": [
            {"partner": membership.partner.name, "language": membership.locale.language_code}
            for membership in memberships
        ],
        "contact_on": [
            {"page": page.title, "url": page.full_url, **contact}
            for page, contact in _contacts(address)
        ],
    }


def erase(address: str) -> dict[str, int]:
    """End every membership of the owner of an address. What was written stays the partner's.

    A contact on a profile is published text: the partner or an editor takes it off, and it is
    counted here so that nobody forgets to.
    """
    return {
        "memberships": _of(address).delete()[0],
        "contacts kept on pages": len(_contacts(address)),
    }


def _contacts(address: str) -> list[tuple[PartnerPage, dict[str, str]]]:
    """The profiles, live or not, that name the owner of an address as a contact."""
    wanted = address.strip().casefold()
    return [
        (page, {name: str(value) for name, value in block.value.items() if value})
        for page in PartnerPage.objects.order_by("pk")
        for block in page.contacts
        if (block.value.get("email") or "").casefold() == wanted
    ]


def _of(address: str) -> QuerySet[Membership]:
    return Membership.objects.filter(user__email__iexact=address.strip())
