"""Whether it is known of every picture whose it is and under which terms it may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from wissensregion.proofing.findings import Way, error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from wissensregion.proofing.drafts import Draft
    from wissensregion.proofing.findings import Finding


def missing_rights(draft: Draft) -> Iterator[Finding]:
    """Pictures without a credit or a licence: nobody may publish them."""
    for place, image in draft.pictures:
        rights = (("credit", _("credit")), ("licence", _("licence")))
        missing = [label for name, label in rights if not getattr(image, name, "").strip()]
        if missing:
            yield error(
                _(
                    "The picture “%(picture)s” has no %(missing)s. Open the picture and enter what "
                    "is missing; then publish."
                )
                % {"picture": image.title, "missing": get_text_list(missing, _("and"))},
                place,
                way_to(image),
            )


def way_to(image: Any) -> Way:
    """Lead to the form of a picture."""
    return Way(reverse("wagtailimages:edit", args=[image.pk]), _("Open the picture"))
