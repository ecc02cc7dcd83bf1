"""All checks there are: the site's own and those of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wissensregion.plugin import offer, plugins
from wissensregion.proofing.ageing import ending_rights, old_figures
from wissensregion.proofing.drafts import Draft
from wissensregion.proofing.languages import missing_translation
from wissensregion.proofing.links import dead_documents, dead_links, link_words, own_addresses
from wissensregion.proofing.pictures import missing_alt
from wissensregion.proofing.rights import missing_rights
from wissensregion.proofing.wording import heading_order, long_headings, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wagtail.models import Page

    from wissensregion.proofing.findings import Finding

    Check = Callable[[Draft], Iterable[Finding]]

OWN: tuple[Check, ...] = (
    missing_alt,
    missing_rights,
    ending_rights,
    old_figures,
    dead_links,
    dead_documents,
    own_addresses,
    link_words,
    heading_order,
    long_headings,
    summary,
    missing_translation,
)


def checks() -> Iterator[Check]:
    yield from OWN
    for plugin in plugins():
        yield from offer(plugin, "proofing", "CHECKS") or ()


def proof(page: Page) -> list[Finding]:
    """Look through a page as it would be published.

    What keeps it from that comes first, then from top to bottom.
    """
    draft = Draft(page)
    found = [finding for check in checks() for finding in check(draft)]
    return sorted(found, key=lambda finding: (not finding.blocks, finding.where.position))


def refusals(page: Page) -> list[Finding]:
    """Return only what keeps a page from being published."""
    return [finding for finding in proof(page) if finding.blocks]
