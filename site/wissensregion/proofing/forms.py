"""The form that publishes a page, or sends it to somebody who will."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from wissensregion.proofing import marking
from wissensregion.proofing.asking import refusals

REJECT = "reject"


class ProofedPageForm(WagtailAdminPageForm):
    """Refuses to publish what a check refuses; a draft may be wrong, and so may what is sent back.

    To publish includes to publish later, and to hand in for approval.
    """

    @property
    def publishes(self) -> bool:
        sent_back = self.data.get("workflow-action-name") == REJECT
        return not (self.is_deferred_validation or sent_back)

    def _post_clean(self) -> None:
        # Here, because the page has what was typed only now.
        super()._post_clean()
        if not self.publishes:
            return
        found: list[Any] = refusals(self.instance)
        for name, error in marking.by_field(self.instance, found).items():
            # What the field itself refuses did not reach the page: what was found is of before.
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, error)
