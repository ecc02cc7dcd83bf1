"""Who may be mailed, and the proof that they asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import Page

from newsletter.lines import one_line
from newsletter.subscriptions import addresses
from newsletter.subscriptions.accesses import AccessLink, AccessPurpose, MoveNotice
from newsletter.subscriptions.consents import (
    Consent,
    ConsentChain,
    ConsentKind,
    ConsentWording,
    public_id,
)
from newsletter.subscriptions.signups import (
    Addressed,
    RequestMail,
    SignupRequest,
    SignupTally,
    TallyKind,
)

if TYPE_CHECKING:
    from typing import Self


__all__ = [
    "AccessLink",
    "AccessPurpose",
    "Consent",
    "ConsentChain",
    "ConsentKind",
    "ConsentWording",
    "EndReason",
    "MoveNotice",
    "Newsletter",
    "RequestMail",
    "SignupPage",
    "SignupRequest",
    "SignupTally",
    "Subscriber",
    "Subscription",
    "SubscriptionQuerySet",
    "Suppression",
    "TallyKind",
]


class Newsletter(models.Model):
    """A publication one can subscribe to."""

    name = models.CharField(_("name"), max_length=200, validators=[one_line])
    slug = models.SlugField(_("slug"), unique=True)
    description = models.TextField(
        _("description"),
        blank=True,
        help_text=_("What it is about and how often it comes, for those who choose."),
        validators=[ProhibitNullCharactersValidator()],
    )
    # RFC 2919: set once, never changed; mail programs sort by it.
    list_id = models.CharField(max_length=255, unique=True, editable=False)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.list_id:
            self.list_id = f"{self.slug}.{urlsplit(settings.SITE_URL).hostname}"
        super().save(*args, **kwargs)


class Subscriber(Addressed):
    """One address and the locale it reads."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    locale = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        permissions = [
            ("see_addresses", _("Can see the addresses of subscribers")),
            ("import_people", _("Can import addresses")),
            ("export_people", _("Can export people")),
            ("erase_people", _("Can erase people")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["address_key"], name="one_subscriber_per_address")
        ]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class EndReason(models.TextChoices):
    """Why a subscription ended."""

    WITHDRAWN = "withdrawn", _("withdrawn")
    BOUNCED = "bounced", _("address does not exist")
    COMPLAINED = "complained", _("reported as unwanted")
    ERASED = "erased", _("erased")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        return self.filter(ended_at=None)

    def in_locale(self, locale: str) -> Self:
        return self.filter(subscriber__locale=locale)

    def paused(self) -> Self:
        """Confirmed, but to be left alone until a day to come."""
        return self.confirmed().filter(paused_until__gt=timezone.localdate())

    def deliverable(self) -> Self:
        """Confirmed, not paused and not suppressed."""
        suppressed = Suppression.objects.filter(
            address_key=models.OuterRef("subscriber__address_key")
        )
        running = Q(paused_until=None) | Q(paused_until__lte=timezone.localdate())
        return self.confirmed().filter(running).exclude(models.Exists(suppressed))


class Subscription(models.Model):
    """A subscriber's confirmed wish for one newsletter, until it ends."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.CASCADE, related_name="subscriptions"
    )
    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), default=timezone.now)
    # The first day on which mail is wanted again.
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason"), max_length=12, choices=EndReason.choices, blank=True, default=""
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "newsletter"], name="one_subscription_per_newsletter"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="")
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="an_end_has_a_reason",
            ),
        ]
        indexes = [models.Index(F("newsletter"), F("confirmed_at"), name="subscription_audience")]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Suppression(models.Model):
    """An address that must not be mailed again; only its keyed hash is kept."""

    # A keyed hash, not the address: it must outlive the erasure of the person.
    address_key = models.CharField(max_length=64, unique=True)
    pepper = models.CharField(max_length=20, default=addresses.pepper, editable=False)
    reason = models.CharField(max_length=12, choices=EndReason.choices)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"suppression {self.pk}"


class SignupPage(Page):
    """The page on which one asks for the newsletter."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]
    page_description = _("Where readers subscribe to the newsletter")
    subpage_types: list[str] = []
    template = "newsletter/signup_page.html"

    class Meta:
        verbose_name = _("newsletter sign-up page")
        verbose_name_plural = _("newsletter sign-up pages")
