"""Findings as a message at the top of the CMS's next screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

if TYPE_CHECKING:
    from django.http import HttpRequest
    from wagtail.models import Page

    from wissensregion.proofing.findings import Finding


def shown(page: Page, found: list[Finding]) -> dict[str, Any]:
    """What the list of findings needs: each leads to its place in the page's form."""
    return {"findings": found, "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk])}


def _listed(page: Page, found: list[Finding]) -> str:
    return render_to_string("wissensregion/admin/findings.html", shown(page, found))


def refuse(request: HttpRequest, page: Page, found: list[Finding]) -> None:
    """Say why a page was not published."""
    said = _("“%(title)s” was not published. Please mend this first:") % {
        "title": page.get_admin_display_title()
    }
    messages.error(request, format_html("{} {}", said, _listed(page, found)))


def remind(request: HttpRequest, page: Page, found: list[Finding]) -> None:
    """Say what was found while the page was saved, if anything."""
    if not found:
        return
    blocking = sum(finding.blocks for finding in found)
    if blocking:
        said = ngettext(
            "Before this can be published, %(count)s thing must be mended:",
            "Before this can be published, %(count)s things must be mended:",
            blocking,
        ) % {"count": blocking}
    else:
        said = _("It may be published as it is. Worth a look:")
    messages.warning(request, format_html("{} {}", said, _listed(page, found)))
