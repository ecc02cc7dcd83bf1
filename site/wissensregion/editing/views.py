"""What the CMS asks for while somebody writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wissensregion.scheduling import pulse

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
def schedule_heartbeat(request: HttpRequest) -> HttpResponse:
    """Say who carries out what is scheduled, in one sentence."""
    return HttpResponse(pulse.words(), content_type="text/plain; charset=utf-8")
