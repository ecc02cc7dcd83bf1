"""Headings in order and of a length to be read; sentences that announce the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from wissensregion.pages import SUMMARIES
from wissensregion.proofing.findings import error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.proofing.drafts import Draft
    from wissensregion.proofing.findings import Finding

LONG_TITLE = 110
LONG_HEADING = 90


def heading_order(draft: Draft) -> Iterator[Finding]:
    """A subheading needs a heading above it; whoever listens moves by them."""
    for headings in draft.outlines:
        above = 1
        for heading in headings:
            if heading.level > above + 1:
                yield error(
                    _(
                        "“%(heading)s” is a subheading with no heading above it. "
                        "Make it a heading, or write one above it."
                    )
                    % {"heading": heading.text},
                    heading.place,
                )
            above = heading.level


def long_headings(draft: Draft) -> Iterator[Finding]:
    """Titles and headings that nobody takes in at a glance."""
    title = draft.page.title
    if len(title) > LONG_TITLE:
        yield warning(
            _("The title has %(count)s characters; lists and search engines cut it off.")
            % {"count": len(title)},
            draft.field("title"),
        )
    for heading in (heading for headings in draft.outlines for heading in headings):
        if len(heading.text) > LONG_HEADING:
            yield warning(
                _("This heading has %(count)s characters. Say it shorter, or begin with text.")
                % {"count": len(heading.text)},
                heading.place,
            )


def summary(draft: Draft) -> Iterator[Finding]:
    """Without it, lists show only a title and search engines choose a sentence of their own."""
    page = draft.page
    names = [name for name in SUMMARIES if hasattr(page, name)]
    if names and not any(getattr(page, name) for name in (*names, "search_description")):
        yield warning(
            _("Nothing announces the page in lists and search engines. Write two sentences."),
            draft.field(names[0]),
        )
