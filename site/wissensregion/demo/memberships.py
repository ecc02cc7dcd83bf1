"""Who writes for a partner in the demonstration, and who approves it."""

from __future__ import annotations

from django.contrib.auth.models import Group
from wagtail.models import Locale

from partners.models import CAMPAIGN_EDITORS, Membership, Partner
from wissensregion.demo.logins import CAMPAIGN, PARTNER
from wissensregion.models import User

WRITES_FOR = "universitaet"


def make(new: dict[str, User]) -> None:
    """Give the accounts that were just made their place; older ones keep theirs."""
    if approver := new.get(CAMPAIGN.username):
        approver.groups.add(Group.objects.get_or_create(name=CAMPAIGN_EDITORS)[0])
    partner = Partner.objects.filter(slug=WRITES_FOR).first()
    if (writer := new.get(PARTNER.username)) and partner:
        for locale in Locale.objects.all():
            Membership.objects.get_or_create(partner=partner, user=writer, locale=locale)
