"""What the site itself tells Wagtail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.http import Http404
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.contrib.settings.registry import register_setting
from wagtail.models import Page

from wissensregion.editing import copying
from wissensregion.editing import views as editing
from wissensregion.editing.week import ThisWeekPanel
from wissensregion.expiring import ends
from wissensregion.expiring.preferences import DigestPanel
from wissensregion.expiring.views import ExpiringReport
from wissensregion.models import PrivacyFacts
from wissensregion.panels import PicturesPanel, ProcessesPanel, RetentionPanel
from wissensregion.proofing import gates
from wissensregion.proofing.views import ProofedWorkflowActionView
from wissensregion.retention import views as retention
from wissensregion.rich_text import LocalLinkHandler
from wissensregion.rights import GuardedMenuItem, only_with

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from wagtail.rich_text.feature_registry import FeatureRegistry

EDITORS_SCRIPTS = ("one-save-at-a-time", "schedule-heartbeat", "way-to-a-finding")


@hooks.register("before_serve_page")
def refuse_pages_without_plugin(
    page: Page, request: HttpRequest, args: Any, kwargs: dict[str, Any]
) -> None:
    """A page whose plugin does not run keeps its row and has nothing to show."""
    if type(page) is Page:
        raise Http404


# After Wagtail's own, which it replaces.
@hooks.register("register_rich_text_features", order=10)
def link_in_the_language_of_the_reader(features: FeatureRegistry) -> None:
    features.register_link_type(LocalLinkHandler)


@hooks.register("insert_global_admin_css")
def style_of_the_office() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("wissensregion/css/office.css"))


# At once, and not when the page is there: forms put their calendars in while it is read.
@hooks.register("insert_global_admin_js")
def script_of_the_office() -> str:
    return format_html('<script src="{}"></script>', static("wissensregion/js/typed-dates.js"))


@hooks.register("insert_editor_js")
def scripts_of_editors() -> str:
    addresses = (static(f"wissensregion/js/{name}.js") for name in EDITORS_SCRIPTS)
    return format_html_join("", '<script src="{}" defer></script>', ((one,) for one in addresses))


# After Wagtail's own, whose place it takes.
@hooks.register("register_admin_viewset", order=1)
def every_page() -> PageViewSet:
    return PageViewSet(workflow_action_view_class=ProofedWorkflowActionView)


hooks.register("after_create_page", gates.remind_of)
hooks.register("after_edit_page", gates.remind_of)


@hooks.register("before_bulk_action")
def publish_together_what_may_be_published(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    if action_type != "publish" or not all(isinstance(each, Page) for each in objects):
        return None
    below = action.cleaned_form.cleaned_data["include_descendants"]
    if gates.refused_together(request, objects, below=below):
        return redirect(action.next_url)
    return None


# Before wagtail-localize's own, which publishes.
@hooks.register("before_edit_page", order=-1)
def publish_translations_that_may_be_published(
    request: HttpRequest, page: Page
) -> HttpResponse | None:
    publishes = request.method == "POST" and request.POST.get("action") == "publish"
    if publishes and gates.refused_translation(request, page):
        return redirect(request.path)
    return None


@hooks.register("construct_homepage_panels")
def this_week(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.is_authenticated:
        panels.append(ThisWeekPanel(request.user))


@hooks.register("after_copy_page")
def begin_copies_anew(request: HttpRequest, page: Page, copied: Page) -> None:
    if request.user.is_authenticated:
        copying.begin_anew(copied, request.user)


@hooks.register("construct_homepage_panels")
def say_who_works(request: HttpRequest, panels: list[Any]) -> None:
    panels += [ProcessesPanel(), PicturesPanel()]
    if request.user.has_perm(retention.SEE):
        panels.append(RetentionPanel())


register_setting(PrivacyFacts, icon="lock")


@hooks.register("register_admin_urls")
def editing_urls() -> list[URLPattern]:
    return [path("schedule/heartbeat/", editing.schedule_heartbeat, name="schedule_heartbeat")]


@hooks.register("register_admin_urls")
def retention_urls() -> list[URLPattern]:
    return [
        path("data-protection/", retention.report, name="retention_report"),
        path("data-protection/record/", retention.record, name="retention_record"),
        path("data-protection/person/", retention.person, name="retention_person"),
        path("data-protection/person/export/", retention.export, name="retention_export"),
        path("data-protection/person/erase/", retention.erase, name="retention_erase"),
    ]


@hooks.register("register_reports_menu_item")
def retention_menu_item() -> MenuItem:
    url = reverse("retention_report")
    return GuardedMenuItem(retention.SEE, _("Data protection"), url, icon_name="lock", order=1000)


@hooks.register("register_admin_urls")
def expiring_urls() -> list[URLPattern]:
    guarded = only_with(ends.SEE)
    listed = guarded(ExpiringReport.as_view(results_only=True))
    return [
        path("reports/expiring/", guarded(ExpiringReport.as_view()), name="expiring_report"),
        path("reports/expiring/results/", listed, name="expiring_report_results"),
    ]


hooks.register("register_account_settings_panel", DigestPanel)


@hooks.register("register_reports_menu_item")
def expiring_menu_item() -> MenuItem:
    url = reverse("expiring_report")
    return GuardedMenuItem(ends.SEE, _("Rights and figures"), url, icon_name="time", order=900)


@hooks.register("register_reports_menu_item")
def requests_menu_item() -> MenuItem:
    url = reverse("retention_person")
    return GuardedMenuItem(
        retention.EXPORT, _("Requests about one's own data"), url, icon_name="user", order=1010
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    own = (retention.SEE, retention.EXPORT, retention.ERASE, ends.SEE)
    names = [right.partition(".")[2] for right in own]
    return Permission.objects.filter(content_type__app_label="wissensregion", codename__in=names)
