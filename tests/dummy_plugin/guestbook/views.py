"""The guest book as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from guestbook.models import Entry

if TYPE_CHECKING:
    from django.http import HttpRequest


def entries(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\n".join(Entry.objects.values_list("text", flat=True)))
