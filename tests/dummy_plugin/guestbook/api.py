"""The guest book for front ends elsewhere."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from guestbook.models import Entry

router = Router()


@router.get("/entries/", response=list[str])
def entries(request: HttpRequest) -> list[str]:
    return list(Entry.objects.values_list("text", flat=True))
