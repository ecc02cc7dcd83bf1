"""Partner organisations, who works for them, and the pages they own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail.search import index

from partners.blocks import ContactBlock, CountryBlock, LinkBlock, ServiceBlock
from wissensregion.blocks import BodyBlock, KeyFigureBlock
from wissensregion.models import image_key
from wissensregion.plugin import Teaser

if TYPE_CHECKING:
    from django.http import HttpRequest


class Kind(models.TextChoices):
    """What sort of institution a partner is."""

    MUNICIPALITY = "municipality", _("City or district")
    CHAMBER = "chamber", _("Chamber")
    UNIVERSITY = "university", _("University")
    RESEARCH = "research", _("Research institute")
    COMPANY = "company", _("Company")
    ASSOCIATION = "association", _("Association or network")
    SERVICE = "service", _("Joint service")


class Audience(models.TextChoices):
    """Whom the campaign speaks to."""

    STUDY = "study", _("Study")
    RESEARCH = "research", _("Research")
    WORK = "work", _("Work")
    LIVING = "living", _("Living")


class Partner(ClusterableModel):
    """An organisation that takes part, whatever the language of its pages."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("slug"), unique=True)
    kind = models.CharField(_("kind of institution"), max_length=20, choices=Kind.choices)

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("kind")]),
        InlinePanel("memberships", heading=_("Members"), label=_("Member")),
    ]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user who may write for one partner in one locale."""

    partner = ParentalKey(Partner, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    locale = models.ForeignKey(
        Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user", "locale"], name="one_membership_per_locale"
            )
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class PartnerGroup(models.Model):
    """The permission group of one partner in one locale."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="groups")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "locale"], name="one_group_per_locale")
        ]

    def __str__(self) -> str:
        return str(self.group)


class PartnerIndexPage(Page):
    """All partners, by kind."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    api_fields = [APIField("intro")]
    subpage_types = ["partners.PartnerPage"]
    template = "partners/partner_index_page.html"

    class Meta:
        verbose_name = _("partner index")
        verbose_name_plural = _("partner indexes")

    def partners(self) -> models.QuerySet[PartnerPage]:
        pages: models.QuerySet[PartnerPage] = PartnerPage.objects.child_of(self).live().public()
        return pages.select_related("partner", "logo").order_by("title")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        kind = request.GET.get("kind", "")
        pages = self.partners()
        return {
            **context,
            "kind": kind,
            "kinds": [choice for choice in Kind if pages.filter(partner__kind=choice).exists()],
            "partner_pages": pages.filter(partner__kind=kind) if kind else pages,
        }


class PartnerPage(Page):
    """A partner's profile."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="profiles"
    )
    summary = models.TextField(_("summary"), max_length=400)
    logo = image_key(verbose_name=_("logo"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    services = StreamField([("service", ServiceBlock())], verbose_name=_("services"), blank=True)
    key_figures = StreamField(
        [("figure", KeyFigureBlock())], verbose_name=_("key figures"), blank=True, max_num=6
    )
    address = models.TextField(_("address"), blank=True, help_text=_("As on an envelope."))
    contacts = StreamField([("contact", ContactBlock())], verbose_name=_("contacts"), blank=True)
    links = StreamField([("link", LinkBlock())], verbose_name=_("links"), blank=True)
    audiences = models.JSONField(_("audiences"), default=list, blank=True)
    target_countries = StreamField(
        [("country", CountryBlock())],
        verbose_name=_("international target countries"),
        blank=True,
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("partner"),
        FieldPanel("summary"),
        FieldPanel("logo"),
        FieldPanel("body"),
        FieldPanel("services"),
        FieldPanel("key_figures"),
        MultiFieldPanel(
            [FieldPanel("address"), FieldPanel("contacts"), FieldPanel("links")],
            heading=_("Contact"),
        ),
        MultiFieldPanel(
            [FieldPanel("audiences"), FieldPanel("target_countries")],
            heading=_("Internationalization"),
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("services"),
        index.SearchField("body"),
    ]
    api_fields = [
        APIField(name)
        for name in (
            "partner", "summary", "logo", "body", "services", "key_figures", "address",
            "contacts", "links", "audiences", "target_countries",
        )
    ]  # fmt: skip
    parent_page_types = ["partners.PartnerIndexPage"]
    subpage_types: list[str] = []
    template = "partners/partner_page.html"

    class Meta:
        verbose_name = _("partner profile")
        verbose_name_plural = _("partner profiles")

    def as_teaser(self) -> Teaser:
        return Teaser(
            title=self.title,
            summary=self.summary,
            url=self.full_url,
            locale=self.locale.language_code,
            published_at=self.first_published_at,
            page_id=self.pk,
            label=str(self.partner.get_kind_display()),
            image=self.logo,
            artwork=str(self.translation_key),
        )


class CampaignPage(Page):
    """A location campaign, to which partners contribute."""

    claim = models.CharField(_("claim"), max_length=150)
    summary = models.TextField(_("summary"), max_length=400)
    photo = image_key(verbose_name=_("photo"))
    photo_alt = models.CharField(_("alt text"), max_length=250, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("claim"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("photo"), FieldPanel("photo_alt")], heading=_("Photo")),
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("claim"),
        index.SearchField("summary"),
        index.SearchField("body"),
    ]
    api_fields = [APIField(name) for name in ("claim", "summary", "photo", "photo_alt", "body")]
    subpage_types = ["partners.ContributionIndexPage"]
    template = "partners/campaign_page.html"

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def contributions(self) -> models.QuerySet[ContributionPage]:
        pages: models.QuerySet[ContributionPage] = (
            ContributionPage.objects.descendant_of(self).live().public()
        )
        return pages.select_related("partner", "photo", "locale").order_by("audience", "title")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        pages = list(self.contributions())
        return {
            **context,
            "groups": [
                (audience, [page for page in pages if page.audience == audience])
                for audience in Audience
            ],
        }

    def as_teaser(self) -> Teaser:
        return Teaser(
            title=self.title,
            summary=self.summary,
            url=self.full_url,
            locale=self.locale.language_code,
            published_at=self.first_published_at,
            page_id=self.pk,
            image=self.photo,
            alt=self.photo_alt or (self.photo.description if self.photo else ""),
            artwork=str(self.translation_key),
        )


class ContributionIndexPage(Page):
    """One partner's room in the campaign: its members write below it, and nowhere else."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="rooms"
    )

    content_panels = [*Page.content_panels, FieldPanel("partner")]
    api_fields = [APIField("partner")]
    parent_page_types = ["partners.CampaignPage"]
    subpage_types = ["partners.ContributionPage"]
    template = "partners/contribution_index_page.html"

    class Meta:
        verbose_name = _("contributions of a partner")
        verbose_name_plural = _("contributions of partners")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = ContributionPage.objects.child_of(self).live().public()
        return {
            **super().get_context(request, *args, **kwargs),
            "contributions": pages.select_related("partner", "photo", "locale").order_by("title"),
        }


class ContributionPage(Page):
    """What one partner adds to the campaign for one audience."""

    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        related_name="contributions",
        editable=False,
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    summary = models.TextField(_("summary"), max_length=400)
    photo = image_key(verbose_name=_("photo"))
    photo_alt = models.CharField(_("alt text"), max_length=250, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    as_of = models.DateField(_("as of"), default=timezone.localdate)

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("audience"), FieldPanel("as_of")]),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("photo"), FieldPanel("photo_alt")], heading=_("Photo")),
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("audience"),
    ]
    api_fields = [
        APIField(name)
        for name in ("partner", "audience", "summary", "photo", "photo_alt", "body", "as_of")
    ]
    parent_page_types = ["partners.ContributionIndexPage"]
    subpage_types: list[str] = []
    template = "partners/contribution_page.html"

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        # The owner is where the page hangs, never what a form says.
        parent = self.get_parent() if self.path else None
        if parent and isinstance(room := parent.specific, ContributionIndexPage):
            self.partner = room.partner
        super().full_clean(*args, **kwargs)

    def as_teaser(self) -> Teaser:
        return Teaser(
            title=self.title,
            summary=self.summary,
            url=self.full_url,
            locale=self.locale.language_code,
            published_at=self.first_published_at,
            page_id=self.pk,
            label=str(self.get_audience_display()),
            image=self.photo,
            alt=self.photo_alt or (self.photo.description if self.photo else ""),
            artwork=str(self.translation_key),
        )
