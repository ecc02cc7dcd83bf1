"""The ways to publish that pass no form of the page: many at once, and a translation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail_localize.models import Translation

from wissensregion.proofing.asking import proof, refusals
from wissensregion.proofing.telling import refuse, remind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpRequest
    from wagtail.models import Page


def refused_together(request: HttpRequest, pages: Iterable[Page], *, below: bool) -> bool:
    """Say of each chosen page, and of drafts below it, what keeps it from being published."""
    found = {page: refusals(page) for page in _drafts(pages, below=below)}
    for page, findings in found.items():
        if findings:
            refuse(request, page, findings)
    return any(found.values())


def _drafts(pages: Iterable[Page], *, below: bool) -> Iterator[Page]:
    for page in pages:
        yield page.get_latest_revision_as_object()
        if below:
            for draft in page.get_descendants().not_live():
                yield draft.get_latest_revision_as_object()


def refused_translation(request: HttpRequest, page: Page) -> bool:
    """Say what keeps a translated page from being published."""
    translations = Translation.objects.filter(
        enabled=True, source__object_id=page.translation_key, target_locale=page.locale_id
    )
    translation = translations.select_related("source").first()
    if translation is None:
        return False
    draft = translation.source.get_ephemeral_translated_instance(page.locale, fallback=True)
    found = refusals(draft)
    if found:
        refuse(request, page, found)
    return bool(found)


def remind_of(request: HttpRequest, page: Any) -> None:
    """Say what was found, unless the CMS saved a draft by itself."""
    if request.accepts("text/html"):
        remind(request, page, proof(page))
