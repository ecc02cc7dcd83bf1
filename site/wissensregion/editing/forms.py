"""What the form of every page refuses."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from wissensregion.proofing.forms import ProofedPageForm
from wissensregion.scheduling import pulse


class PageForm(ProofedPageForm):
    """The form of a page: it publishes no faults, and schedules what will be carried out."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        # A draft's times are no more than a plan until it is published.
        if self.takes_effect and (names := self._scheduled(cleaned)) and not pulse.runs():
            for name in names:
                self.add_error(name, pulse.refusal())
        return cleaned

    @property
    def takes_effect(self) -> bool:
        """Whether the button that was pressed makes the page's times count."""
        approved = self.data.get("workflow-action-name") == "approve"
        return "action-publish" in self.data or ("action-workflow-action" in self.data and approved)

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
