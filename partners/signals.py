"""What is saved or removed, handed to the actions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import post_page_move

from partners import actions, moderation
from partners.models import (
    CampaignPage,
    ContributionIndexPage,
    ContributionPage,
    Membership,
    Partner,
    PartnerGroup,
    PartnerIndexPage,
    PartnerPage,
)


@receiver(post_save, sender=Partner)
def partner_saved(*, instance: Partner, update_fields: Any, raw: bool, **kwargs: Any) -> None:
    if not raw and update_fields is None:
        actions.sync_rights(instance)


@receiver(post_save, sender=Membership)
def membership_saved(*, instance: Membership, raw: bool, **kwargs: Any) -> None:
    if not raw:
        actions.sync_rights(instance.partner)


@receiver(post_delete, sender=Membership)
def membership_deleted(*, instance: Membership, **kwargs: Any) -> None:
    actions.sync_rights(instance.partner)


@receiver(post_delete, sender=PartnerGroup)
def access_deleted(*, instance: PartnerGroup, **kwargs: Any) -> None:
    # Whatever took the row away, partner, language or last member: the rights go with it.
    Group.objects.filter(pk=instance.group_id).delete()


@receiver(post_delete, sender=Partner)
def partner_deleted(*, instance: Partner, **kwargs: Any) -> None:
    if instance.collection:
        actions.discard_collection(instance.collection)


@receiver(post_save, sender=PartnerPage)
@receiver(post_save, sender=ContributionIndexPage)
def owned_page_saved(
    *,
    instance: PartnerPage | ContributionIndexPage,
    update_fields: Any,
    raw: bool,
    **kwargs: Any,
) -> None:
    if not raw and update_fields is None:
        actions.sync_page(instance)


@receiver(post_page_move, sender=ContributionPage)
def contribution_moved(*, instance: Page, **kwargs: Any) -> None:
    actions.hand_over(instance)


@receiver(post_save, sender=CampaignPage)
@receiver(post_save, sender=PartnerIndexPage)
def moderated_page_created(*, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw:
        moderation.ensure_workflow()
