"""What there is to know of a dispatch, and how one thing about it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsletter.composing.models import Edition
    from newsletter.sending.models import Dispatch, OperatorAct, OperatorVerb, SenderAccount
    from newsletter.sending.progress import Progress


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know, and what to do."""

    text: str
    todo: str = ""
    level: str = "info"  # As Wagtail names them: info, warning, critical.
    # Something to be counted down to.
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All there is to know of a dispatch for those who have to act."""

    dispatch: Dispatch
    progress: Progress
    account: SenderAccount
    editions: Sequence[Edition]
    acts: Sequence[OperatorAct]

    def last(self, *verbs: OperatorVerb) -> OperatorAct | None:
        return next((act for act in reversed(self.acts) if act.verb in verbs), None)


def who(user: object) -> str:
    return str(user or _("Somebody"))
