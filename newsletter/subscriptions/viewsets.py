"""The CMS screens of what one subscribes to: newsletters, and the wording people agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from newsletter.subscriptions.models import ConsentWording, Newsletter, Subscriber

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from wissensregion.models import User

MENU = "register_newsletter_menu_item"


class Limited(ModelPermissionPolicy):
    """Lets nobody, not even an administrator, do more to a model than it can bear."""

    def __init__(self, model: type, *possible: str) -> None:
        super().__init__(model)
        self.possible = possible

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in self.possible and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: User, actions: list[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


# A newsletter keeps its proofs and its issues; a wording is one of the proofs; subscribers come
# and go by their own hand, or by the command that erases a person everywhere at once.
register_permission_policy(Newsletter, Limited(Newsletter, "add", "change", "view"))
register_permission_policy(ConsentWording, Limited(ConsentWording, "add", "view"))
register_permission_policy(Subscriber, Limited(Subscriber, "view"))


class NewsletterIndexView(IndexView):
    """The newsletters with the number of their readers."""

    def get_base_queryset(self) -> QuerySet[Newsletter]:
        running = Count("subscriptions", filter=Q(subscriptions__ended_at=None))
        rows: QuerySet[Newsletter] = super().get_base_queryset()
        return rows.annotate(readers=running)


class NewsletterViewSet(ModelViewSet):
    """What one can subscribe to."""

    model = Newsletter
    icon = "mail"
    menu_label = _("Newsletters")
    menu_hook = MENU
    menu_order = 200
    copy_view_enabled = False
    form_fields = ["name", "slug", "description"]
    index_view_class = NewsletterIndexView
    list_display = ["name", "slug", Column("readers", label=_("Subscribers"))]


class ConsentWordingViewSet(ModelViewSet):
    """What people agree to. A change is a new version; the old ones stay as proof."""

    model = ConsentWording
    icon = "doc-full-inverse"
    menu_label = _("Consent wordings")
    menu_hook = MENU
    menu_order = 400
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["locale", "version", "text", "created_at"]
    form_fields = ["locale", "text"]
    list_display = ["__str__", "locale", "version", DateColumn("created_at", label=_("Created"))]
    list_filter = ["locale"]
    ordering = ["locale", "-version"]


def viewsets() -> list[ModelViewSet]:
    return [
        NewsletterViewSet("newsletters", url_prefix="newsletter/newsletters"),
        ConsentWordingViewSet("consent_wordings", url_prefix="newsletter/consent-wordings"),
    ]
