"""What partners know about a person: who writes for whom. Contacts are public page text."""

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
