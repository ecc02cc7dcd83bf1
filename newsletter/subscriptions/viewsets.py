"""The CMS screens: newsletters, subscribers to look at, and the wording people agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from newsletter.subscriptions import addresses
from newsletter.subscriptions.models import Consent, ConsentWording, Newsletter, Subscriber

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


class SubscriberIndexView(IndexView):
    """The subscribers, recognisable to themselves alone."""

    def get_base_queryset(self) -> QuerySet[Subscriber]:
        running = Count("subscriptions", filter=Q(subscriptions__ended_at=None))
        rows: QuerySet[Subscriber] = super().get_base_queryset()
        return rows.annotate(running=running)


class SubscriberInspectView(InspectView):
    """One subscriber in full, with what was agreed to and when."""

    def get_address_display_value(self) -> str:
        return str(self.object.address)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        proof = Consent.objects.of(self.object.address_key)
        return {
            **context,
            "subscriptions": self.object.subscriptions.select_related("newsletter"),
            "consents": proof.select_related("newsletter", "wording"),
        }


def masked(subscriber: Subscriber) -> str:
    return addresses.masked(subscriber.address)


def state(subscriber: Any) -> str:
    return str(_("subscribed") if subscriber.running else _("left"))


class SubscriberViewSet(ModelViewSet):
    """Who reads the newsletters; to look at, not to change."""

    model = Subscriber
    icon = "group"
    menu_label = _("Subscribers")
    menu_hook = MENU
    menu_order = 300
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["address", "locale", "created_at"]
    inspect_template_name = "newsletter/admin/subscriber.html"
    index_view_class = SubscriberIndexView
    inspect_view_class = SubscriberInspectView
    form_fields = ["locale"]
    list_display = [
        Column("masked", label=_("Address"), accessor=masked),
        Column("locale", label=_("Language"), accessor="get_locale_display", sort_key="locale"),
        Column("state", label=_("State"), accessor=state, sort_key="running"),
        DateColumn("created_at", label=_("Since"), sort_key="created_at"),
    ]
    list_filter = ["locale", "subscriptions__newsletter"]
    ordering = "-created_at"


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
        SubscriberViewSet("subscribers", url_prefix="newsletter/subscribers"),
        ConsentWordingViewSet("consent_wordings", url_prefix="newsletter/consent-wordings"),
    ]
