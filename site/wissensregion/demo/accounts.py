"""Makes the demonstration's accounts and says what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import Group
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from wissensregion.demo.logins import ADMIN, CAMPAIGN, EDITOR, LOGINS, PARTNER
from wissensregion.models import User
from wissensregion.seeding.offices import EDITORS, MODERATORS

if TYPE_CHECKING:
    from wissensregion.demo.logins import Login

WRITES_FOR = "universitaet"


def make() -> None:
    """Make every account that is missing; one that exists keeps its password and rights."""
    new = {login: user for login in LOGINS if (user := _user(login))}
    if EDITOR in new:
        new[EDITOR].groups.add(*Group.objects.filter(name__in=[EDITORS, MODERATORS]))
    if not apps.is_installed("partners"):
        return
    from partners.models import CAMPAIGN_EDITORS, Membership, Partner  # noqa: PLC0415

    if CAMPAIGN in new:
        new[CAMPAIGN].groups.add(Group.objects.get(name=CAMPAIGN_EDITORS))
    partner = Partner.objects.filter(slug=WRITES_FOR).first()
    if PARTNER in new and partner:
        for locale in Locale.objects.all():
            Membership.objects.get_or_create(partner=partner, user=new[PARTNER], locale=locale)


def _user(login: Login) -> User | None:
    """The account, if it had to be made."""
    if User.objects.filter(username=login.username).exists():
        return None
    user = User.objects.create_user(
        login.username,
        login.email,
        login.password,
        first_name=login.first_name,
        last_name=login.last_name,
        is_staff=login is ADMIN,
        is_superuser=login is ADMIN,
    )
    UserProfile.objects.get_or_create(user=user, defaults={"preferred_language": "de"})
    return user
