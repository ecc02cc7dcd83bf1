"""Who may be mailed, and the proof that they asked for it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import Page

if TYPE_CHECKING:
    from typing import Self


def public_id() -> str:
    """An identifier that says nothing and cannot be guessed (128 bit)."""
    return secrets.token_urlsafe(16)


class Newsletter(models.Model):
    """A publication one can subscribe to."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), unique=True)
    description = models.TextField(_("description"), blank=True)
    # RFC 2919: set once, never changed; mail programs sort by it.
    list_id = models.CharField(_("list id"), max_length=255, unique=True)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ConsentWording(models.Model):
    """One version of the sentence people agree to, in one locale. Never changed, only followed."""

    locale = models.CharField(_("language"), max_length=20)
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "version"], name="one_wording_per_locale_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.locale} {self.version}"


class Subscriber(models.Model):
    """One address and the locale it reads."""

    # As typed and confirmed; address_key is what makes two spellings one person.
    address = models.EmailField(_("address"), max_length=254)
    address_key = models.CharField(max_length=64, unique=True, editable=False)
    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    locale = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class SignupRequest(models.Model):
    """One request for newsletters that waits for its confirmation, or for its end after 72 hours.

    Nobody is a subscriber before confirming: until then the address stands here alone.
    """

    address = models.EmailField(max_length=254)
    address_key = models.CharField(max_length=64, db_index=True)
    locale = models.CharField(max_length=20, choices=settings.LANGUAGES)
    newsletters = models.ManyToManyField(Newsletter, related_name="+")
    wording = models.ForeignKey(
        ConsentWording, null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=255, blank=True)
    # Only the hash: whoever reads the database cannot confirm for others.
    token_hash = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    mailed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="one_request_per_token"
            )
        ]

    def __str__(self) -> str:
        return f"sign-up request {self.pk}"


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

    def deliverable(self) -> Self:
        """Confirmed and not suppressed."""
        suppressed = Suppression.objects.filter(
            address_key=models.OuterRef("subscriber__address_key")
        )
        return self.confirmed().exclude(models.Exists(suppressed))


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


class ConsentKind(models.TextChoices):
    """What happened to a consent."""

    REQUESTED = "requested", _("requested")
    MAIL_SENT = "mail_sent", _("confirmation mail sent")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Consent(models.Model):
    """One step in the proof that a person asked for mail. Only ever added to."""

    # The person by keyed hash: the proof begins before there is a subscriber.
    address_key = models.CharField(max_length=64, db_index=True)
    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ConsentKind.choices)
    at = models.DateTimeField(default=timezone.now)
    wording = models.ForeignKey(
        ConsentWording, null=True, on_delete=models.PROTECT, related_name="+"
    )
    locale = models.CharField(max_length=20)
    # The page whose form was used, or "api".
    source = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class Suppression(models.Model):
    """An address that must not be mailed again; only its keyed hash is kept."""

    # A keyed hash, not the address: it must outlive the erasure of the person.
    address_key = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=12, choices=EndReason.choices)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"suppression {self.pk}"


class SignupPage(Page):
    """The page on which one asks for the newsletter."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]
    subpage_types: list[str] = []
    template = "newsletter/signup_page.html"

    class Meta:
        verbose_name = _("newsletter sign-up page")
        verbose_name_plural = _("newsletter sign-up pages")
