"""Index of the partners' models; Django looks for them here."""

from partners.approval import CampaignApprovalTask
from partners.audiences import Audience
from partners.campaign import CampaignPage, ContributionIndexPage, ContributionPage
from partners.organisations import CAMPAIGN_EDITORS, Kind, Membership, Partner, PartnerGroup
from partners.profiles import PartnerIndexPage, PartnerPage

__all__ = [
    "CAMPAIGN_EDITORS",
    "Audience",
    "CampaignApprovalTask",
    "CampaignPage",
    "ContributionIndexPage",
    "ContributionPage",
    "Kind",
    "Membership",
    "Partner",
    "PartnerGroup",
    "PartnerIndexPage",
    "PartnerPage",
]
