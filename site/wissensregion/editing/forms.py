"""What the form of every page refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wissensregion.four_eyes.approval import FourEyesTask
from wissensregion.proofing.forms import ProofedPageForm
from wissensregion.scheduling import pulse

if TYPE_CHECKING:
    from collections.abc import Callable


class PageForm(ProofedPageForm):
    """The form of a page: it publishes no faults, schedules what will be carried out, and takes a
    change made while approving for a change.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A page type may say what most likely holds for a new page; nobody has typed anything yet.
        suggest: Callable[[Any], dict[str, Any]] | None
        suggest = getattr(self.instance, "first_values", None)
        if suggest and self.parent_page and not (self.is_bound or self.instance.pk):
            self.initial.update(suggest(self.parent_page))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        # A draft's times are no more than a plan until it is published.
        if self.takes_effect and (names := self._scheduled(cleaned)) and not pulse.runs():
            for name in names:
                self.add_error(name, pulse.refusal())
        if self.approves and self.has_changed():
            task = self.instance.current_workflow_task
            if isinstance(task, FourEyesTask):
                self.add_error(None, refusal(task, self.instance))
        return cleaned

    @property
    def approves(self) -> bool:
        pressed = self.data.get("workflow-action-name") == "approve"
        return pressed and "action-workflow-action" in self.data

    @property
    def takes_effect(self) -> bool:
        """Whether the button that was pressed makes the page's times count."""
        return "action-publish" in self.data or self.approves

    def _scheduled(self, cleaned: dict[str, Any]) -> list[str]:
        go_live_at, expire_at = cleaned.get("go_live_at"), cleaned.get("expire_at")
        names = ["go_live_at"] if go_live_at and go_live_at > timezone.now() else []
        if expire_at and not self._expires_already(expire_at):
            names.append("expire_at")
        return names

    def _expires_already(self, at: Any) -> bool:
        """Whether that end was set before: who corrects a page now need not take it away."""
        rows = self._meta.model._default_manager  # noqa: SLF001
        return bool(rows.filter(pk=self.instance.pk, live=True, expire_at=at).exists())


def refusal(task: FourEyesTask, page: Any) -> str:
    others = task.named(page)
    return _(
        "You cannot approve what you are changing. Reload the page to approve it as it was handed "
        "in, or save your change; then somebody else approves it: %(names)s."
    ) % {"names": others or "–"}
