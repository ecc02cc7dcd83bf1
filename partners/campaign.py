"""The location campaign and what partners contribute to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from partners.audiences import Audience
from partners.organisations import Partner
from partners.ownership import OwnedPage, RoomPermissions
from partners.profiles import PartnerPage
from wissensregion.blocks import BodyBlock
from wissensregion.models import PhotoMixin, public
from wissensregion.plugin import Teaser
from wissensregion.previewing import PreviewedPage

if TYPE_CHECKING:
    from django.http import HttpRequest

# A country that one partner names alone is its own matter; two make a common aim.
COMMON = 2


class CampaignPage(PhotoMixin, PreviewedPage):
    """A location campaign, to which partners contribute."""

    claim = models.CharField(_("claim"), max_length=150)
    summary = models.TextField(
        _("summary"), max_length=400, help_text=_("Two sentences; shown in lists and in mails.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("claim"),
        FieldPanel("summary"),
        PhotoMixin.photo_panel,
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("claim"),
        index.SearchField("summary"),
        index.SearchField("body"),
    ]
    api_fields = [APIField(name) for name in ("claim", "summary", "photo", "photo_alt", "body")]
    page_description = _("A location campaign, to which partners contribute")
    subpage_types = ["partners.ContributionIndexPage"]
    template = "partners/campaign_page.html"

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def contributions(self) -> models.QuerySet[ContributionPage]:
        below = ContributionPage.objects.descendant_of(self)
        pages: models.QuerySet[ContributionPage] = public(below.live())
        return pages.select_related("partner", "photo", "locale").order_by("audience", "title")

    def countries(self) -> list[tuple[str, list[PartnerPage]]]:
        """The target countries that several partners share, the most shared first."""
        pages: models.QuerySet[PartnerPage] = public(PartnerPage.objects.live())
        pages = pages.filter(locale_id=self.locale_id).defer("body", "services", "key_figures")
        names: dict[str, str] = {}
        shared: defaultdict[str, list[PartnerPage]] = defaultdict(list)
        for page in pages.order_by("title"):
            # One partner counts once, however often it names a country.
            for key in dict.fromkeys(name.casefold() for name in page.countries if name):
                shared[key].append(page)
            for name in page.countries:
                names.setdefault(name.casefold(), name)
        common = [(names[key], pages) for key, pages in shared.items() if len(pages) >= COMMON]
        return sorted(common, key=lambda country: (-len(country[1]), country[0].casefold()))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        pages = list(self.contributions())
        return {
            **context,
            "groups": [
                (audience, [page for page in pages if page.audience == audience])
                for audience in Audience
            ],
            "countries": self.countries(),
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
            alt=self.alt,
            artwork=str(self.translation_key),
        )


class ContributionIndexPage(OwnedPage):
    """One partner's room in the campaign: its members write below it, and nowhere else."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="rooms"
    )

    content_panels = [*Page.content_panels, FieldPanel("partner")]
    api_fields = [APIField("partner")]
    page_description = _("Where one partner writes its contributions")
    parent_page_types = ["partners.CampaignPage"]
    subpage_types = ["partners.ContributionPage"]
    template = "partners/contribution_index_page.html"
    permission_tester = RoomPermissions

    class Meta:
        verbose_name = _("contributions of a partner")
        verbose_name_plural = _("contributions of partners")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = public(ContributionPage.objects.child_of(self).live())
        return {
            **super().get_context(request, *args, **kwargs),
            "contributions": pages.select_related("partner", "photo", "locale").order_by("title"),
        }


class ContributionPage(PhotoMixin, PreviewedPage):
    """What one partner adds to the campaign for one audience."""

    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        related_name="contributions",
        editable=False,
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    summary = models.TextField(
        _("summary"), max_length=400, help_text=_("Two sentences; shown in lists and in mails.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    as_of = models.DateField(
        _("as of"), default=timezone.localdate, help_text=_("When you last checked the facts.")
    )

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("audience"), FieldPanel("as_of")]),
        FieldPanel("summary"),
        PhotoMixin.photo_panel,
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
    page_description = _("What a partner offers one audience")
    parent_page_types = ["partners.ContributionIndexPage"]
    subpage_types: list[str] = []
    template = "partners/contribution_page.html"

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def take_owner(self) -> None:
        """Belong to the partner in whose room the page hangs, whatever a form or revision says."""
        parent = self.get_parent() if self.path else None
        if parent and isinstance(room := parent.specific, ContributionIndexPage):
            self.partner_id = room.partner_id

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.take_owner()
        super().full_clean(*args, **kwargs)

    # A draft is saved without full_clean.
    def minimal_clean(self) -> None:
        self.take_owner()
        super().minimal_clean()

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
            alt=self.alt,
            artwork=str(self.translation_key),
        )
