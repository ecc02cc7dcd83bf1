"""Whether what a page says and shows still holds: figures to look at again, rights that end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wissensregion.expiring.deadlines import AHEAD
from wissensregion.figures import KeyFigureBlock
from wissensregion.proofing.findings import Step, warning
from wissensregion.proofing.rights import way_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.proofing.drafts import Draft
    from wissensregion.proofing.findings import Finding


def old_figures(draft: Draft) -> Iterator[Finding]:
    """Key figures for which a newer number was to be expected by now."""
    for piece in draft.pieces:
        day = piece.value.get("review_by") if isinstance(piece.block, KeyFigureBlock) else None
        if day and day < timezone.localdate():
            label = str(piece.block.child_blocks["review_by"].label)
            yield warning(
                _(
                    "The figure “%(figure)s” was to be looked at again by %(day)s. Enter the newer "
                    "number with its date, or a later day."
                )
                % {"figure": piece.value["label"], "day": date_format(day, "SHORT_DATE_FORMAT")},
                piece.place.down(Step("review_by", label)),
            )


def ending_rights(draft: Draft) -> Iterator[Finding]:
    """Pictures that may not be shown any more, or soon."""
    for place, picture in draft.pictures:
        last = picture.shown_until
        if last is None or last > timezone.localdate() + AHEAD:
            continue
        words = {"picture": picture.title, "day": date_format(last, "SHORT_DATE_FORMAT")}
        if picture.may_be_shown:
            told = _("“%(picture)s” may be shown until %(day)s; then a drawing takes its place.")
        else:
            told = _("“%(picture)s” might be shown until %(day)s; readers see a drawing instead.")
        yield warning(told % words, place, way_to(picture))
