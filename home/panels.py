"""What the CMS's first page says of the texts the law asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Locale

from home.legal import LEGAL
from home.models import AccessibilityReport, HomePage
from home.reports import SCREENS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from home.legal import LegalPage
    from wissensregion.models import User


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing, and where to put it right."""

    what: str
    url: str
    link: str


class LegalPanel(Component):
    """Which texts the law asks for are missing, hidden or incomplete, and which reports wait."""

    name = "legal"
    template_name = "home/admin/legal_panel.html"
    order = 40

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        may_answer = self.user.has_perm("home.change_accessibilityreport")
        return {
            "lacks": list(lacks(self.user)),
            "overdue": AccessibilityReport.objects.overdue().count() if may_answer else 0,
            "reports_url": reverse(f"{SCREENS}:list"),
        }


def lacks(user: User) -> Iterator[Lack]:
    """What the site's languages lack, for those who can put it right."""
    homes = HomePage.objects.filter(locale__in=Locale.objects.all(), live=True)
    for home in homes.select_related("locale").order_by("path"):
        if home.permissions_for_user(user).can_add_subpage():
            for model in LEGAL.values():
                if lack := _lack(home, model):
                    yield lack


def _lack(home: HomePage, model: type[LegalPage]) -> Lack | None:
    names = {
        "page": model._meta.verbose_name,
        "language": get_language_info(home.locale.language_code)["name_translated"],
    }
    page = model.objects.child_of(home).order_by("-live", "path").first()
    if page is None:
        label, kind = model._meta.app_label, model._meta.model_name
        url = reverse("wagtailadmin_pages:add", args=[label, kind, home.pk])
        return Lack(_("There is no %(page)s in %(language)s.") % names, url, _("Write it"))
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    if not page.live:
        what = _("The %(page)s in %(language)s is not published.") % names
        return Lack(what, url, _("Complete and publish it"))
    if missing := page.missing():
        names["fields"] = ", ".join(str(name) for name in missing)
        what = _("The %(page)s in %(language)s does not say: %(fields)s.") % names
        return Lack(what, url, _("Complete it"))
    return None
