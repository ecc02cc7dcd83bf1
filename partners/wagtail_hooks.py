"""Where partners meet the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from partners import moderation, views
from partners.panels import MyContributionsPanel
from partners.viewsets import PartnerViewSet

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern
    from wagtail.admin.menu import MenuItem
    from wagtail.api.v2.router import WagtailAPIRouter
    from wagtail.query import PageQuerySet

MEMBERS_MENU = {"explorer", "images", "help"}


@hooks.register("register_admin_viewset")
def partner_viewset() -> PartnerViewSet:
    return PartnerViewSet("partner")


# Before wagtail-localize's own: two of its views ask too little for people who may not publish.
@hooks.register("register_admin_urls", order=-1)
def admin_urls() -> list[URLPattern]:
    return [
        path(
            "partners/translation/<int:page_id>/submit/",
            views.submit_translation,
            name="partners_submit_translation",
        ),
        path("localize/page/<int:page_id>/convert_to_alias/", views.convert_page_to_alias),
        path("localize/reports/translations/", views.translations_report),
        path(
            "localize/reports/translations/results/",
            views.translations_report,
            {"results_only": True},
        ),
    ]


# After Wagtail's own, to take their places.
@hooks.register("construct_admin_api", order=1)
def permitted_files(router: WagtailAPIRouter) -> None:
    router.register_endpoint("images", views.PermittedImages)
    router.register_endpoint("documents", views.PermittedDocuments)


@hooks.register("construct_main_menu")
def short_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Other plugins' lists are empty for members, and the reports are about all partners."""
    user = request.user
    if user.is_authenticated and user.memberships.exists() and not views.publishes(user):
        items[:] = [item for item in items if item.name in MEMBERS_MENU]


@hooks.register("construct_homepage_panels")
def my_contributions(request: HttpRequest, panels: list[Any]) -> None:
    user = request.user
    if user.is_authenticated and user.memberships.exists():
        panels.append(MyContributionsPanel(user))


@hooks.register("construct_page_chooser_queryset")
def no_foreign_drafts(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """A member links to what readers can see, and to the partner's own."""
    if views.publishes(request.user):
        return pages
    policy = policy_registry.get_by_type(Page)
    own = policy.instances_user_has_any_permission_for(request.user, {"add", "change"})
    return pages.filter(Q(live=True) | Q(pk__in=own.values("pk")))


@hooks.register("before_move_page")
def no_look_at_foreign_pages(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail asks for the right to move only once the question is answered."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


@hooks.register("before_edit_page", order=-1)
def offer_to_submit(request: HttpRequest, page: Page) -> None:
    """The editor of translations knows no workflow; say where theirs goes on."""
    if request.method != "GET" or page.permissions_for_user(request.user).can_publish():
        return
    if page.alias_of_id is None and moderation.synced_translation(page):
        if page.workflow_in_progress:
            messages.info(request, _("This translation waits for approval."))
        else:
            url = reverse("partners_submit_translation", args=[page.pk])
            messages.info(
                request,
                _("When every text is translated, submit the page for approval."),
                buttons=[messages.button(url, _("Submit for approval"))],
            )
