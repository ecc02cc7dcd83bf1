"""Pieces of the HTML of published pages: made once for as long as visitors are to see the same.

A piece is kept for a page that was routed to as it is published, and shown to whoever asks for
it. Previews, drafts, pages behind a login and answers to a form are made anew each time, and so
is every piece with a form in it, because a form says when and to whom it was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from wissensregion import keeping
from wissensregion.cache.asking import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import date

    from django.http import HttpRequest

# Where a request keeps which page it shows as everybody sees it.
PUBLISHED = "_published"
SAFE_METHODS = frozenset(("GET", "HEAD"))
OWN_MOMENT = "<form"


@dataclass(frozen=True, slots=True)
class Published:
    """A page as it was read from the database, and the generation that was asked for before."""

    page: Any
    # The site, the page, and what stands behind the page in the address.
    place: tuple[Hashable, ...]
    since: int
    # The right to show a picture ends with a day, and nothing is written then.
    day: date


def published(request: HttpRequest, found: Published) -> None:
    """Say that a request is answered with a page that everybody may read, as it is published."""
    if request.method in SAFE_METHODS:
        setattr(request, PUBLISHED, found)


def piece(
    context: Mapping[str, Any],
    key: tuple[Hashable, ...],
    make: Callable[[], str],
    *,
    everywhere: bool = False,
) -> str:
    """Return a piece of a page as it was made before, or make it.

    The key names the piece, with all it depends on besides the content of the site and the page;
    one that is ``everywhere`` the same does not depend on the page either.
    """
    request = context.get("request")
    found: Published | None = getattr(request, PUBLISHED, None)
    # A preview is drawn by a request that looks like a visitor's, with a page read elsewhere.
    shown: Any = context.get("page")
    if found is None or found.page is not shown or getattr(request, "is_preview", False):
        return make()
    place = found.place[:1] if everywhere else found.place
    full = (found.day, place, get_language(), *key)
    text = keeping.kept_text(full, make, since=found.since, keep=_is_the_same_for_all)
    return mark_safe(text)  # noqa: S308 - the template that made it has escaped what it shows


def asked(request: HttpRequest) -> str:
    """What an address asks for behind its question mark, as far as anything of the site reads it.

    Whatever else stands there makes no piece another one.
    """
    if not request.META.get("QUERY_STRING"):
        return ""
    given = request.GET.lists()
    return urlencode([pair for pair in given if pair[0] in PARAMETERS], doseq=True)


def _is_the_same_for_all(text: str) -> bool:
    return OWN_MOMENT not in text
