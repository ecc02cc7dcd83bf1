"""Who may come in, and what every screen of the desk has above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter.sending.states import DispatchState
from newsletter.sending.wording import clock

if TYPE_CHECKING:
    from newsletter.sending.models import Dispatch
    from wissensregion.models import User

    class EditorRequest(HttpRequest):
        """Behind the CMS's door everybody is logged in."""

        user: User


may_send = permission_required("newsletter.send_issue", raise_exception=True)


def screen(title: str, *above: tuple[str, str]) -> dict[str, Any]:
    """The title, and the way back: addresses and labels, from the first screen on."""
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    items += [{"url": url, "label": label} for url, label in above]
    items.append({"url": "", "label": title})
    return {"page_title": title, "header_title": title, "breadcrumbs_items": items}


def all_dispatches() -> tuple[str, str]:
    return reverse("newsletter_dispatches"), _("Dispatches")


def who_was_first(running: Dispatch, user: User) -> str:
    """Tell whoever comes second who was first, and that nobody gets it twice."""
    values = {"name": running.requested_by or _("Somebody"), "at": clock(running.created_at)}
    if running.state == DispatchState.CANCELLED:
        said = _(
            "This press counted already (%(at)s), and the dispatch was cancelled since. "
            "To send the issue anew, open its form anew."
        )
        return said % values
    if running.requested_by_id == user.pk:
        return _("You have already released this issue (%(at)s). Nobody gets it twice.") % values
    said = _("%(name)s was first and released this issue (%(at)s). Nobody gets it twice.")
    return said % values
