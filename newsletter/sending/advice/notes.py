"""Everything that has to be said of a dispatch, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from newsletter.sending.advice import doubts, underway, waiting
from newsletter.sending.advice.scenes import Note
from newsletter.sending.models import DispatchState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sending.advice.scenes import Scene


def notes(scene: Scene) -> list[Note]:
    """Everything that has to be said, the most urgent first."""
    found = [*_by_state(scene), *doubts.unknown(scene), *doubts.changed(scene)]
    order = ["critical", "warning", "info"]
    return sorted(found, key=lambda note: order.index(note.level))


def _by_state(scene: Scene) -> Iterator[Note]:
    match scene.dispatch.state:
        case DispatchState.SCHEDULED:
            yield waiting.scheduled(scene.dispatch)
            yield from waiting.stalled(scene)
        case DispatchState.PREPARING:
            yield Note(_("The list of readers is being written down. Nothing has been sent yet."))
            yield from waiting.stalled(scene)
        case DispatchState.READY:
            yield from waiting.ready(scene)
        case DispatchState.HELD:
            yield waiting.held(scene)
        case DispatchState.PAUSED:
            yield underway.paused(scene)
        case DispatchState.SENDING:
            yield from underway.sending(scene)
