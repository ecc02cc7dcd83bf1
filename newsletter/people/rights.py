"""What one must be allowed to for each thing the office does with people's data."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from wissensregion.models import User

    class EditorRequest(HttpRequest):
        """Behind the CMS's door everybody is logged in."""

        user: User


VIEW = "newsletter.view_subscriber"
SEE_ADDRESSES = "newsletter.see_addresses"
IMPORT = "newsletter.import_people"
EXPORT = "newsletter.export_people"
ERASE = "newsletter.erase_people"
OF_THEIR_OWN = (SEE_ADDRESSES, IMPORT, EXPORT, ERASE)


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
                return render(request, "newsletter/admin/denied.html", context, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return wrap
