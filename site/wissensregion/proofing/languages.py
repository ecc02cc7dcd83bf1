"""Whether a page is there for readers of every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from wagtail.models import Locale

from wissensregion.proofing.findings import Place, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.proofing.drafts import Draft
    from wissensregion.proofing.findings import Finding


def missing_translation(draft: Draft) -> Iterator[Finding]:
    """A published page that some readers cannot read; only a published one can be translated."""
    page = draft.page
    if page.pk is None or not page.live:
        return
    translated = page.get_translations(inclusive=True).filter(alias_of=None).values("locale")
    for locale in Locale.objects.exclude(pk__in=translated):
        yield warning(
            _(
                "There is no version in %(language)s. Choose “Translate this page” in the menu "
                "beside the title."
            )
            % {"language": locale.get_display_name()},
            Place(label=_("Page")),
        )
