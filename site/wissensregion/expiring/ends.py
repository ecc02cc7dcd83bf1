"""What ends until a day, where it stands and who has to see to it: for reports, mails, panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from wissensregion.expiring import places
from wissensregion.expiring.deadlines import AHEAD, Deadline, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from wissensregion.expiring.deadlines import DeadlineQuerySet
    from wissensregion.expiring.places import Place
    from wissensregion.models import User

SEE = "wissensregion.see_deadlines"


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that ends, or ended, with the pages it stands on."""

    kind: Kind
    # The last day of a right, the day by which a figure is to be looked at.
    day: date
    title: str
    # Where it is put right.
    edit_url: str
    places: tuple[Place, ...]
    # Of a figure.
    source: str = ""
    as_of: date | None = None

    @property
    def pages(self) -> str:
        return ", ".join(f"{place.title} ({place.locale})" for place in self.places)

    @property
    def days_left(self) -> int:
        return (self.day - timezone.localdate()).days

    @property
    def is_past(self) -> bool:
        return self.days_left < 0

    @property
    def state(self) -> str:
        """What it means today, in a few words."""
        if not self.is_past:
            soon = ngettext("in %(days)s day", "in %(days)s days", self.days_left)
            return soon % {"days": self.days_left} if self.days_left else _("today")
        return _("overdue") if self.kind == Kind.FIGURE else _("no longer shown")


def ending(until: date | None = None, user: User | None = None) -> list[Ending]:
    """Return what ends until a day (30 days from now), the past included, the first first.

    With a user only what that user may change. Five queries, however much it is.
    """
    rows = open_for(user) if user else Deadline.objects.open()
    return described(rows.due(until or timezone.localdate() + AHEAD).order_by("day", "pk"))


def open_for(user: User) -> DeadlineQuerySet:
    """What a user may put right: own pictures, own pages."""
    images = policy_registry.get_by_type(get_image_model())
    pages = policy_registry.get_by_type(Page)
    return Deadline.objects.open().filter(
        Q(image__in=images.instances_user_has_permission_for(user, "change"))
        | Q(page__in=pages.instances_user_has_permission_for(user, "change").values("pk"))
    )


def described(rows: Iterable[Deadline]) -> list[Ending]:
    """Write rows as what a person reads of them."""
    found = list(rows)
    used = places.of_images({row.image for row in found if row.image})
    return [_ending(row, used) for row in found]


def _ending(row: Deadline, used: dict[int, tuple[Place, ...]]) -> Ending:
    kind = Kind(row.kind)
    if row.image:
        form = reverse("wagtailimages:edit", args=[row.image.pk])
        return Ending(kind, row.day, row.image.title, form, used[row.image.pk])
    place = places.Place.of(row.page)
    return Ending(kind, row.day, row.figure, place.edit_url, (place,), row.source, row.as_of)
