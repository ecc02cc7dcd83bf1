"""Who approves what partners write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

if TYPE_CHECKING:
    from wissensregion.models import User


class CampaignApprovalTask(AbstractGroupApprovalTask):
    """The check of a partner's page by someone who writes for no partner."""

    class Meta:
        verbose_name = _("approval by campaign editors")
        verbose_name_plural = _("approvals by campaign editors")

    def _user_in_groups(self, user: User) -> bool:
        # Every right of a group approval task asks here: to edit, lock, see, approve.
        return bool(super()._user_in_groups(user)) and not user.memberships.exists()

    @classmethod
    def get_description(cls) -> str:
        return str(_("Members of the chosen groups approve; whoever writes for a partner does not"))
