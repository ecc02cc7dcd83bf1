"""Which deliveries of a dispatch an operator wants to see, and their lines for a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.sending.models import DeliveryState, Outcome, SkipReason
from newsletter.subscriptions import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsletter.sending.deliveries import DeliveryQuerySet
    from newsletter.sending.models import Delivery, Dispatch
    from wissensregion.models import User

PAGE = 50
NOT_REACHED = "not_reached"
GROUPS = [
    (NOT_REACHED, gettext_lazy("not reached")),
    *DeliveryState.choices,
]
# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was chosen on the list of deliveries."""

    group: str = ""
    outcome: str = ""
    locale: str = ""

    def of(self, dispatch: Dispatch) -> DeliveryQuerySet:
        rows = dispatch.deliveries.order_by("pk").select_related("edition")
        rows = rows.defer("edition__html", "edition__text")
        if self.group == NOT_REACHED:
            rows = not_reached(rows)
        elif self.group:
            rows = rows.filter(state=self.group)
        if self.outcome:
            rows = rows.filter(outcome=self.outcome)
        if self.locale:
            rows = rows.filter(edition__locale=self.locale)
        return rows


def not_reached(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Those who should have it and, as far as anybody knows, do not.

    Whoever unsubscribed meanwhile or complained is not among them: they want no more mail. Nor
    is whose new address had the issue already.
    """
    not_taken = ~Q(state=DeliveryState.ACCEPTED) & ~Q(
        state=DeliveryState.SKIPPED, reason__in=[SkipReason.ENDED, SkipReason.MOVED]
    )
    came_back = Q(
        state=DeliveryState.ACCEPTED, outcome__in=[Outcome.SOFT_BOUNCED, Outcome.HARD_BOUNCED]
    )
    return rows.filter(not_taken | came_back)


def page_of(rows: DeliveryQuerySet, after: int) -> tuple[list[Delivery], int | None]:
    """Return a page of rows and the number after which the next one begins, if there is one."""
    found = list(rows.filter(pk__gt=after)[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    return found, found[-1].pk if more else None


def reader_of(user: User) -> Callable[[str | None], str]:
    """Return how this user may see an address: whole, or only recognisable to its owner."""
    whole = user.has_perm("newsletter.see_addresses")

    def seen(address: str | None) -> str:
        if not address:
            return _("erased")
        return address if whole else addresses.masked(address)

    return seen


def why(delivery: Delivery) -> str:
    """Say the reason in words, where it is one of ours."""
    if delivery.reason in SkipReason.values:
        return str(SkipReason(delivery.reason).label)
    if delivery.reason == "restored":
        return _("the database was restored while it was sent")
    return delivery.reason


def lines(rows: DeliveryQuerySet, seen: Callable[[str | None], str]) -> Iterator[list[str]]:
    """The rows as lines for a spreadsheet, the first with the headings; memory does not grow."""
    yield [
        _("Address"), _("Language"), _("State"), _("Reason"), _("Reported"), _("Handed over"),
    ]  # fmt: skip
    for row in rows.iterator(chunk_size=2000):
        at = row.handed_over_at
        yield safe(
            [
                seen(row.address),
                row.edition.locale,
                str(row.get_state_display()),
                why(row),
                str(row.get_outcome_display()),
                timezone.localtime(at).isoformat(sep=" ", timespec="seconds") if at else "",
            ]
        )


def safe(cells: Sequence[str]) -> list[str]:
    """Keep spreadsheets from reading what others wrote as a formula."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]
