"""Writes down the days on which something ends, whenever a picture or a live page changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from wissensregion.expiring.deadlines import Deadline, Kind
from wissensregion.figures import KeyFigureBlock
from wissensregion.people import consents
from wissensregion.proofing.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wagtail.models import Page

    from wissensregion.models import SiteImage

WRITTEN = ("kind", "day", "figure", "source", "as_of")


def of_image(image: SiteImage) -> None:
    """Keep the ends of a picture's licence and of the consents of those it shows."""
    ends = {(Kind.LICENCE, image.licence_until)} if image.licence_until else set()
    # From the day a consent ends nothing is shown; its last day is the one before.
    ends |= {(Kind.CONSENT, day - timedelta(days=1)) for day in consents(image.people)}
    _write({"image": image}, [Deadline(image=image, kind=kind, day=day) for kind, day in ends])


def of_page(page: Page) -> None:
    """Keep when the key figures of a published page have to be looked at again."""
    _write({"page": page.pk}, list(_reviews(page)) if page.live and not page.alias_of_id else [])


def _reviews(page: Page) -> Iterator[Deadline]:
    for figure in figures(page):
        if day := figure.get("review_by"):
            yield Deadline(
                kind=Kind.FIGURE,
                day=day,
                page_id=page.pk,
                figure=_said(figure)[:200],
                source=(figure.get("source") or "")[:200],
                as_of=figure.get("as_of"),
            )


def figures(page: Page) -> list[Any]:
    """Every key figure on a page, in whatever block it stands."""
    pieces = Draft(page).pieces
    return [piece.value for piece in pieces if isinstance(piece.block, KeyFigureBlock)]


def _said(figure: Any) -> str:
    number = " ".join(str(figure.get(key) or "") for key in ("number", "unit")).strip()
    return f"{number} – {figure.get('label') or ''}"


def _write(of: dict[str, Any], wanted: list[Deadline]) -> None:
    """Exchange the rows of a picture or page, unless they are the same."""
    known = Deadline.objects.filter(**of)
    if _contents(known) == _contents(wanted):
        return
    with transaction.atomic():
        known.delete()
        Deadline.objects.bulk_create(wanted)


def _contents(rows: Iterable[Deadline]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(getattr(row, name)) for name in WRITTEN) for row in rows)
