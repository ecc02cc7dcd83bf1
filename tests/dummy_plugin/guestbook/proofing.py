"""What the guest book looks at in pages before they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wissensregion.proofing.findings import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.proofing.drafts import Draft
    from wissensregion.proofing.findings import Finding


def a_polite_title(draft: Draft) -> Iterator[Finding]:
    if "!!" in draft.page.title:
        yield error("Ein Ausrufezeichen genügt.", draft.field("title"))


CHECKS = (a_polite_title,)
