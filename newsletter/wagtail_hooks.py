"""What the newsletter adds to the CMS: its menu, its screens, and the way from an issue to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.urls import path, re_path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.widgets.button import Button

from newsletter.composing import views as composing
from newsletter.composing.models import IssueIndexPage, IssuePage
from newsletter.people import rights
from newsletter.people import urls as people
from newsletter.sending import views as sending
from newsletter.subscriptions import viewsets as subscriptions
from wissensregion.rights import GuardedMenuItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.urls import URLPattern
    from wagtail.models import Page

    from wissensregion.models import User

SEND = "newsletter.send_issue"
CHANGE_PACE = "newsletter.change_senderaccount"
ADOPT = "newsletter.add_enginehost"


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        *people.urlpatterns,
        path(
            "newsletter/issues/<int:page_id>/stories/",
            composing.choose_stories,
            name="newsletter_stories",
        ),
        path(
            "newsletter/archives/<int:page_id>/next/",
            composing.begin_issue,
            name="newsletter_begin_issue",
        ),
        path("newsletter/issues/<int:page_id>/send/", sending.release, name="newsletter_release"),
        path(
            "newsletter/issues/<int:page_id>/test/", sending.test_mail, name="newsletter_test_mail"
        ),
        path("newsletter/issues/<int:page_id>/probe/", sending.probe, name="newsletter_probe"),
        path(
            "newsletter/issues/<int:page_id>/probe/upload/",
            sending.upload_probe,
            name="newsletter_upload_probe",
        ),
        path("newsletter/dispatches/", sending.dispatches, name="newsletter_dispatches"),
        path(
            "newsletter/dispatches/<int:dispatch_id>/",
            sending.dispatch,
            name="newsletter_dispatch",
        ),
        re_path(
            r"^newsletter/dispatches/(?P<dispatch_id>[0-9]+)/"
            r"(?P<verb>pause|resume|release|resend|retry|cancel|adopt)/$",
            sending.act,
            name="newsletter_dispatch_act",
        ),
        path(
            "newsletter/dispatches/<int:dispatch_id>/deliveries/",
            sending.deliveries,
            name="newsletter_deliveries",
        ),
        path(
            "newsletter/dispatches/<int:dispatch_id>/deliveries/export/",
            sending.export,
            name="newsletter_deliveries_export",
        ),
        path("newsletter/pace/", sending.pace, name="newsletter_pace"),
    ]


# A menu of its own: other rooms add to it through the hook.
newsletter_menu = Menu(
    register_hook_name="register_newsletter_menu_item",
    construct_hook_name="construct_newsletter_menu",
)


@hooks.register("register_newsletter_menu_item")
def dispatches_menu_item() -> MenuItem:
    url = reverse("newsletter_dispatches")
    return GuardedMenuItem(SEND, _("Dispatches"), url, icon_name="upload", order=100)


@hooks.register("register_newsletter_menu_item")
def people_menu_item() -> MenuItem:
    url = reverse("newsletter_people")
    return GuardedMenuItem(rights.VIEW, _("People"), url, icon_name="group", order=300)


@hooks.register("register_newsletter_menu_item")
def imports_menu_item() -> MenuItem:
    url = reverse("newsletter_imports")
    return GuardedMenuItem(rights.IMPORT, _("Imports"), url, icon_name="download", order=320)


@hooks.register("register_newsletter_menu_item")
def looks_menu_item() -> MenuItem:
    url = reverse("newsletter_looks")
    return GuardedMenuItem(
        rights.SEE_ADDRESSES, _("Looks at addresses"), url, icon_name="view", order=330
    )


@hooks.register("register_newsletter_menu_item")
def statistics_menu_item() -> MenuItem:
    url = reverse("newsletter_statistics")
    return GuardedMenuItem(rights.VIEW, _("Coming and going"), url, icon_name="history", order=310)


@hooks.register("register_admin_menu_item")
def newsletter_menu_item() -> MenuItem:
    return SubmenuMenuItem(_("Newsletter"), newsletter_menu, icon_name="mail", order=250)


hooks.register("register_admin_viewset", subscriptions.viewsets)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    own = (SEND, CHANGE_PACE, ADOPT, *rights.OF_THEIR_OWN)
    names = [right.partition(".")[2] for right in own]
    return Permission.objects.filter(content_type__app_label="newsletter", codename__in=names)


class SendMenuItem(ActionMenuItem):
    """Leads from the issue to the screen that sends it."""

    name = "action-newsletter-send"
    label = _("Send …")
    icon_name = "mail"

    def is_shown(self, context: dict[str, Any]) -> bool:
        page = context.get("page")
        return (
            context["view"] == "edit"
            and isinstance(page, IssuePage)
            and context["request"].user.has_perm(SEND)
        )

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("newsletter_release", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def send_menu_item() -> ActionMenuItem:
    return SendMenuItem(order=5)


@hooks.register("register_page_header_buttons")
def header_buttons(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    specific = page.specific_class
    if specific is IssuePage and user.has_perm(SEND):
        url = reverse("newsletter_release", args=[page.pk])
        yield Button(_("Send …"), url, icon_name="mail", priority=5)
    if specific is IssuePage and page.permissions_for_user(user).can_edit():
        url = reverse("newsletter_stories", args=[page.pk])
        yield Button(_("Take in new stories"), url, icon_name="doc-full", priority=6)
    if specific is IssueIndexPage and page.permissions_for_user(user).can_add_subpage():
        url = reverse("newsletter_begin_issue", args=[page.pk])
        yield Button(_("Begin the next issue"), url, icon_name="mail", priority=5)
