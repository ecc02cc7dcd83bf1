"""Makes the demonstration's accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import Group
from wagtail.users.models import UserProfile

from wissensregion.demo.logins import ADMIN, EDITOR, LOGINS
from wissensregion.models import User
from wissensregion.seeding.offices import EDITORS, MODERATORS

if TYPE_CHECKING:
    from wissensregion.demo.logins import Login


def make() -> dict[str, User]:
    """Make every account that is missing and return the new ones by name."""
    known = set(User.objects.values_list("username", flat=True))
    new = {login.username: _user(login) for login in LOGINS if login.username not in known}
    if editor := new.get(EDITOR.username):
        editor.groups.add(*Group.objects.filter(name__in=[EDITORS, MODERATORS]))
    return new


def _user(login: Login) -> User:
    user = User.objects.create_user(
        login.username,
        login.email,
        login.password,
        first_name=login.first_name,
        last_name=login.last_name,
        is_staff=login is ADMIN,
        is_superuser=login is ADMIN,
    )
    UserProfile.objects.create(user=user, preferred_language=settings.LANGUAGE_CODE)
    return user
