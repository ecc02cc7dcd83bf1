"""How many come and go, as a picture and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from newsletter.people import rights
from newsletter.people.screens import screen
from newsletter.people.statistics import JOINING, LEAVING, SHOWN, Picture, months
from newsletter.subscriptions.models import Newsletter, Subscription

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from newsletter.people.rights import EditorRequest


@rights.only_with(rights.VIEW)
def statistics(request: EditorRequest) -> HttpResponseBase:
    """The last two years of one newsletter, or of all."""
    newsletters = list(Newsletter.objects.all())
    asked = request.GET.get("newsletter", "")
    chosen = next((each for each in newsletters if str(each.pk) == asked), None)
    counted = months(chosen)
    reading = Subscription.objects.deliverable()
    if chosen:
        reading = reading.filter(newsletter=chosen)
    context = screen(
        _("Coming and going"),
        picture=Picture(counted),
        months=counted[::-1],
        sums=[sum(month.counts[kind] for month in counted) for kind in SHOWN],
        joined=sum(month.of(JOINING) for month in counted),
        left=sum(month.of(LEAVING) for month in counted),
        shown=[(kind.value, label) for kind, label in SHOWN.items()],
        readers=reading.values("subscriber").distinct().count(),
        newsletters=newsletters if len(newsletters) > 1 else [],
        chosen=chosen,
    )
    return render(request, "newsletter/admin/statistics.html", context)
