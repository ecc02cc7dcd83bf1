"""The doors of screens of the CMS: shown to those who may, and closed to others."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase

    from wissensregion.models import User


class EditorRequest(HttpRequest):
    """Behind the CMS's door everybody is logged in."""

    user: User


def only_with(*rights: str) -> Callable[..., Callable[..., HttpResponseBase]]:
    """Answer 403 to whoever lacks one of the rights.

    Wagtail would send them to its first screen; that hides from a script that it was refused.
    """

    def wrap(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: EditorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perms(rights):
                title = _("You may not do this")
                context = {"page_title": title, "header_title": title}
                return render(request, "wissensregion/admin/denied.html", context, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


class GuardedMenuItem(MenuItem):
    """Shown to those who may do what is behind it."""

    def __init__(self, right: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.right)
