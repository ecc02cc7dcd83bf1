"""Doors of the CMS that partners' members use, and doors that are closed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail_localize.views.convert import convert_to_alias
from wagtail_localize.views.report import TranslationsReportView

from partners import moderation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet
    from wagtail.api.v2.views import BaseAPIViewSet

    from wissensregion.models import User


def submit_translation(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask before a translation is submitted for approval; submit it on POST."""
    page = get_object_or_404(Page, pk=page_id).specific
    user = request.user
    if not user.is_authenticated or not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "partners/admin/submit_translation.html", {"page": page})
    title = page.get_admin_display_title()
    try:
        moderation.submit_translation(page, user)
    except moderation.NotSubmittableError:
        messages.error(request, _("“%(title)s” cannot be submitted now.") % {"title": title})
    except ValidationError as error:
        reasons = " ".join(error.messages)
        text = _("“%(title)s” is not complete yet: %(reasons)s")
        messages.error(request, text % {"title": title, "reasons": reasons})
    else:
        messages.success(request, _("“%(title)s” now waits for approval.") % {"title": title})
    return redirect("wagtailadmin_home")


def convert_page_to_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """Let a translation follow its source again: that publishes, so it needs the right to."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    response: HttpResponse = convert_to_alias(request, page_id)
    return response


def translations_report(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """List the translations of the whole site, for those who answer for more than one partner."""
    if not publishes(request.user):
        raise PermissionDenied
    response: HttpResponse = TranslationsReportView.as_view(**kwargs)(request)
    return response


class PermittedImages(ImagesAdminAPIViewSet):
    """The CMS's list of pictures, without those its user may not even choose."""

    def get_queryset(self) -> Any:
        return permitted(super().get_queryset(), self)


class PermittedDocuments(DocumentsAdminAPIViewSet):
    """The CMS's list of documents, without those its user may not even choose."""

    def get_queryset(self) -> Any:
        return permitted(super().get_queryset(), self)


def permitted(things: QuerySet[Any], view: BaseAPIViewSet) -> QuerySet[Any]:
    # One by its number stays readable: a member's page may show a picture of the office.
    if view.action != "listing_view":
        return things
    policy = policy_registry.get_by_type(things.model)
    rights = ["add", "change", "choose"]
    own = policy.instances_user_has_any_permission_for(view.request.user, rights)
    return things.filter(pk__in=own.values("pk"))


def publishes(user: User | AnonymousUser) -> bool:
    return bool(policy_registry.get_by_type(Page).user_has_permission(user, "publish"))
