from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from wissensregion.plugin import Plugin


class PartnersPlugin(Plugin):
    name = "partners"
    platform: ClassVar[str] = ">=0.1,<0.2"
    unseen: ClassVar[tuple[str, ...]] = ("CampaignApprovalTask", "Membership", "PartnerGroup")
    verbose_name = _("Partners")
