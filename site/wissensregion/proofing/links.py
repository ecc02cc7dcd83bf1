"""Whether links lead somewhere, and whether their words say where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from wissensregion.pages import in_language
from wissensregion.proofing.findings import error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.proofing.drafts import Draft
    from wissensregion.proofing.findings import Finding

# Words that say nothing where a screen reader lists the links of a page.
EMPTY_WORDS = {
    "click here", "click", "details", "here", "learn more", "link", "more", "more information",
    "read more", "read on", "this link", "this page",
    "diese seite", "dieser link", "hier", "hier klicken", "klick", "klicken sie hier", "mehr",
    "mehr dazu", "mehr erfahren", "mehr infos", "mehr informationen", "mehr lesen", "seite",
    "weiter", "weiterlesen", "weitere informationen",
}  # fmt: skip
ADDRESS = re.compile(r"(https?://|www\.)", re.IGNORECASE)


def dead_links(draft: Draft) -> Iterator[Finding]:
    """Links to pages and documents that are gone, not public, or in another language only."""
    numbers = {link.page for link in draft.links if link.page}
    titles = dict(Page.objects.filter(pk__in=numbers).values_list("pk", "draft_title"))
    language = draft.page.locale.language_code
    public = in_language(numbers, language)
    for link in draft.links:
        if link.page is None or link.page == draft.page.pk:
            continue
        if link.page not in titles:
            yield error(
                _("This link leads to a page that was deleted. Choose another, or take it out."),
                link.place,
            )
        elif link.page not in public:
            yield warning(
                _(
                    "“%(title)s” is not published, or not for everybody: readers will not see the "
                    "link. Publish that page first, or choose another."
                )
                % {"title": titles[link.page]},
                link.place,
            )
        elif public[link.page].locale.language_code != language:
            yield warning(
                _("“%(title)s” has not been translated: the link leads into another language.")
                % {"title": titles[link.page]},
                link.place,
            )


def dead_documents(draft: Draft) -> Iterator[Finding]:
    """Links to files that were deleted."""
    numbers = {link.document for link in draft.links if link.document is not None}
    there = set(get_document_model().objects.filter(pk__in=numbers).values_list("pk", flat=True))
    for link in draft.links:
        if link.document is not None and link.document not in there:
            yield error(
                _("This link leads to a file that was deleted. Choose another, or take it out."),
                link.place,
            )


def own_addresses(draft: Draft) -> Iterator[Finding]:
    """Addresses of this site that were pasted: they break when the page moves."""
    hosts = {urlsplit(settings.SITE_URL).hostname, *Site.objects.values_list("hostname", flat=True)}
    for link in draft.links:
        if link.url and (urlsplit(link.url).hostname in hosts or link.url.startswith("/")):
            yield warning(
                _(
                    "“%(address)s” is an address of this site. Choose the page instead: then the "
                    "link stays right when the page moves, and leads readers to their language."
                )
                % {"address": link.url},
                link.place,
            )


def link_words(draft: Draft) -> Iterator[Finding]:
    """Links without words, or with words that say nothing by themselves."""
    for link in draft.links:
        if link.text is None or link.text_place is None:
            continue
        words = " ".join(link.text.split()).strip(" .,:;!…→»>")
        if not words:
            yield error(
                _("This link has no words, so nobody can click on it. Write some, or remove it."),
                link.text_place,
            )
        elif words.casefold() in EMPTY_WORDS:
            yield warning(
                _("“%(words)s” does not say where the link leads. Name what is there.")
                % {"words": words},
                link.text_place,
            )
        elif ADDRESS.match(words):
            yield warning(
                _("A web address is hard to read, and harder to listen to. Name what is there."),
                link.text_place,
            )
