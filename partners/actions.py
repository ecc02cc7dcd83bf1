"""What happens to a partner's rights and to what it owns."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
)

from partners.models import (
    ContributionIndexPage,
    ContributionPage,
    Membership,
    Partner,
    PartnerGroup,
    PartnerPage,
)
from wissensregion.models import SiteDocument, SiteImage

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOM_RIGHTS = ("add_page", "change_page")
PROFILE_RIGHTS = ("change_page",)
PICTURE_RIGHTS = ("add_image", "change_image", "choose_image")


@transaction.atomic
def sync_rights(partner: Partner) -> None:
    """Make a partner's groups say exactly what its memberships and pages say. Repeatable."""
    # Two editors who save at once would each create the group the other lacks.
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    members: defaultdict[int, set[int]] = defaultdict(set)
    for locale, user in Membership.objects.filter(partner=partner).values_list("locale", "user"):
        members[locale].add(user)
    for gone in PartnerGroup.objects.filter(partner=partner).exclude(locale__in=members):
        gone.delete()
    for locale in Locale.objects.filter(pk__in=members):
        group = _group(partner, locale)
        group.permissions.set(_permissions("wagtailadmin", ["access_admin"]))
        _sync_pages(group, partner, locale)
        _sync_pictures(group, partner)
        group.user_set.set(members[locale.pk])


def sync_page(page: PartnerPage | ContributionIndexPage) -> None:
    """Give a page's partner its rights on the page, and take them from whose it was before."""
    if isinstance(page, ContributionIndexPage):
        ContributionPage.objects.child_of(page).exclude(partner=page.partner).update(
            partner=page.partner
        )
    concerned = Q(groups__group__page_permissions__page_id=page.pk) | Q(pk=page.partner_id)
    for partner in Partner.objects.filter(concerned).distinct():
        sync_rights(partner)


def hand_over(page: Page) -> None:
    """Give a contribution to the partner in whose room it has been moved."""
    room = ContributionIndexPage.objects.parent_of(page).first()
    if room:
        ContributionPage.objects.filter(pk=page.pk).update(partner=room.partner_id)


def discard_collection(collection: Collection) -> None:
    """Remove the collection of a partner that is gone, unless it still holds something."""
    holds = (model.objects.filter(collection=collection) for model in (SiteImage, SiteDocument))
    if collection.is_leaf() and not any(content.exists() for content in holds):
        collection.delete()


def _group(partner: Partner, locale: Locale) -> Group:
    name = f"Partner {partner.slug} ({locale.language_code})"
    access = PartnerGroup.objects.filter(partner=partner, locale=locale).first()
    if access is None:
        group = Group.objects.get_or_create(name=name)[0]
        PartnerGroup.objects.create(partner=partner, locale=locale, group=group)
        return group
    Group.objects.filter(pk=access.group_id).exclude(name=name).update(name=name)
    return access.group


def _permissions(app: str, codenames: Iterable[str]) -> list[Permission]:
    found = Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
    return list(found.order_by("codename"))


def _sync_pages(group: Group, partner: Partner, locale: Locale) -> None:
    own = {"partner": partner, "locale": locale}
    wanted = {
        (page, codename)
        for model, codenames in (
            (ContributionIndexPage, ROOM_RIGHTS),
            (PartnerPage, PROFILE_RIGHTS),
        )
        for page in model.objects.filter(**own).values_list("pk", flat=True)
        for codename in codenames
    }
    for right in GroupPagePermission.objects.filter(group=group).select_related("permission"):
        key = (right.page_id, right.permission.codename)
        if key in wanted:
            wanted.discard(key)
        else:
            right.delete()
    by_codename = {found.codename: found for found in _permissions("wagtailcore", ROOM_RIGHTS)}
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission=by_codename[codename])
        for page, codename in sorted(wanted)
    )


def _sync_pictures(group: Group, partner: Partner) -> None:
    collection = _collection(partner)
    permissions = _permissions("wagtailimages", PICTURE_RIGHTS)
    rights = GroupCollectionPermission.objects.filter(group=group)
    rights.exclude(collection=collection, permission__in=permissions).delete()
    for permission in permissions:
        rights.get_or_create(group=group, collection=collection, permission=permission)


def _collection(partner: Partner) -> Collection:
    if partner.collection is None:
        root = Collection.get_first_root_node()
        partner.collection = root.add_child(name=partner.name)
        partner.save(update_fields=["collection"])
    elif partner.collection.name != partner.name:
        partner.collection.name = partner.name
        partner.collection.save(update_fields=["name"])
    return partner.collection
