"""What the site leaves on a device, by name and purpose.

Nothing on the device of a reader. A test signs in to the CMS and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing on the device of somebody who works in the CMS."""

    name: str
    purpose: str | Promise
    until: str | Promise


UNTIL_CLEARED = _("you clear it in your browser")
IN_THE_CMS = [
    Kept("sessionid", _("Cookie: knows who is signed in."), _("sign-out, or two weeks")),
    Kept("csrftoken", _("Cookie: keeps other sites from sending forms for you."), _("one year")),
    Kept("messages", _("Cookie: carries a short notice to the next page."), _("the next page")),
    Kept(
        "wagtail_sidebar_collapsed",
        _("Cookie: whether you have folded the menu."),
        _("closing the browser"),
    ),
    Kept("wagtail:*", _("Local storage: how you have arranged the editor."), UNTIL_CLEARED),
]
