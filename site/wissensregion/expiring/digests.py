"""The weekly mail to colleagues about what ends."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext
from wagtail.admin.mail import send_mail
from wagtail.users.models import UserProfile

from wissensregion.expiring import ends
from wissensregion.expiring.deadlines import Digest

if TYPE_CHECKING:
    from datetime import date

    from wissensregion.expiring.ends import Ending
    from wissensregion.models import User

logger = logging.getLogger(__name__)
# On Mondays, when people come to work.
HOUR = 7
# A task that was lost, or a mail server that was away, costs so long.
AGAIN = timedelta(hours=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin() -> list[int]:
    """Note whose mail of this week is due and return the numbers. Repeatable at any time.

    The row is there before the mail is, so that two clocks ask for one mail.
    """
    now = timezone.localtime()
    week = now.date() - timedelta(days=now.weekday())
    if now.date() == week and now.hour < HOUR:
        return []
    users = get_user_model().objects.with_perm(ends.SEE, backend=BACKEND)
    wanted = users.filter(is_active=True, wants_digest=True).exclude(email="")
    missing = wanted.exclude(pk__in=Digest.objects.filter(week=week).values("user"))
    Digest.objects.bulk_create(
        [Digest(user=user, week=week, asked_at=now - AGAIN) for user in missing],
        ignore_conflicts=True,
    )
    unsent = Q(week=week, sent_at=None, asked_at__lte=now - AGAIN)
    return [
        pk
        for pk in Digest.objects.filter(unsent).order_by("pk").values_list("pk", flat=True)
        # Whoever moves the time asks for it, and nobody else does.
        if Digest.objects.filter(unsent, pk=pk).update(asked_at=now)
    ]


def send(digest_id: int) -> None:
    """Send one digest that was not sent yet; where nothing ends, there is nothing to send."""
    waiting = Digest.objects.filter(pk=digest_id, sent_at=None)
    digest = waiting.select_related("user").first()
    # Claimed first: a mail too few is asked for again, one too many cannot be taken back.
    if digest is None or not waiting.update(sent_at=timezone.now()):
        return
    user: User = digest.user
    if not (user.is_active and user.wants_digest and user.email):
        return
    language = UserProfile.get_for_user(user).get_preferred_language()
    with translation.override(language):
        if not (found := ends.ending(user=user)):
            return
        try:
            send_mail(subject(found), text(found, digest.week), [user.email])
        except (OSError, SMTPException) as error:
            # Without what it says: it names the address.
            logger.warning("Digest %s could not be sent: %s", digest.pk, type(error).__name__)
            Digest.objects.filter(pk=digest.pk).update(sent_at=None)


def subject(found: list[Ending]) -> str:
    """Say how much it is."""
    said = ngettext(
        "%(count)s right or figure expires", "%(count)s rights and figures expire", len(found)
    )
    return said % {"count": len(found)}


def text(found: list[Ending], week: date) -> str:
    """Write what ends, where it is put right and where it stands."""
    base = settings.WAGTAILADMIN_BASE_URL
    context = {
        "past": [each for each in found if each.is_past],
        "soon": [each for each in found if not each.is_past],
        "base": base,
        "report": f"{base}{reverse('expiring_report')}",
        "account": f"{base}{reverse('wagtailadmin_account')}",
    }
    return render_to_string("mail/expiring.txt", context)
