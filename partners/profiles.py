"""The partners' profiles and the page that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from partners.audiences import AudiencesField, labels
from partners.blocks import ContactBlock, CountryBlock, LinkBlock, ServiceBlock
from partners.organisations import Kind, Partner
from partners.ownership import OwnedPage
from wissensregion.blocks import BodyBlock
from wissensregion.figures import KeyFigureBlock
from wissensregion.models import image_key, public
from wissensregion.plugin import Teaser
from wissensregion.previewing import PreviewedPage

if TYPE_CHECKING:
    from django.http import HttpRequest


# Latitude and longitude as maps write them: 51.2277, 6.7735
POINT = r"^-?([0-8]?\d|90)(\.\d+)?, ?-?(1[0-7]\d|\d?\d|180)(\.\d+)?\Z"


class PartnerIndexPage(Page):
    """All partners, by kind."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    api_fields = [APIField("intro")]
    page_description = _("The list of all partners of a language")
    subpage_types = ["partners.PartnerPage"]
    template = "partners/partner_index_page.html"

    class Meta:
        verbose_name = _("partner index")
        verbose_name_plural = _("partner indexes")

    def partners(self) -> models.QuerySet[PartnerPage]:
        below = PartnerPage.objects.child_of(self)
        pages: models.QuerySet[PartnerPage] = public(below.live())
        return pages.select_related("partner", "logo").order_by("title")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        pages = list(self.partners())
        present = {page.partner.kind for page in pages}
        kinds = [kind for kind in Kind if kind in present]
        asked = request.GET.get("kind", "")
        kind = asked if asked in kinds else ""
        return {
            **context,
            "kind": kind,
            "kinds": kinds,
            "partner_pages": [page for page in pages if not kind or page.partner.kind == kind],
        }


class PartnerPage(PreviewedPage, OwnedPage):
    """A partner's profile."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="profiles"
    )
    summary = models.TextField(
        _("summary"), max_length=400, help_text=_("Two sentences; shown in lists and in mails.")
    )
    logo = image_key(verbose_name=_("logo"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    services = StreamField([("service", ServiceBlock())], verbose_name=_("services"), blank=True)
    key_figures = StreamField(
        [("figure", KeyFigureBlock())], verbose_name=_("key figures"), blank=True, max_num=6
    )
    address = models.TextField(_("address"), blank=True, help_text=_("As on an envelope."))
    map_picture = image_key(
        verbose_name=_("map"),
        help_text=_(
            "A picture of a map that you may show. It comes from here, so that no map service "
            "learns of your readers."
        ),
    )
    coordinates = models.CharField(
        _("place on the map"),
        max_length=40,
        blank=True,
        default="",
        validators=[
            RegexValidator(POINT, _("Write latitude and longitude like this: 51.2277, 6.7735"))
        ],
        help_text=_("Latitude and longitude, as maps write them: 51.2277, 6.7735"),
    )
    contacts = StreamField([("contact", ContactBlock())], verbose_name=_("contacts"), blank=True)
    links = StreamField([("link", LinkBlock())], verbose_name=_("links"), blank=True)
    audiences = AudiencesField(
        _("audiences"), default=list, blank=True, help_text=_("Whom you have something for.")
    )
    target_countries = StreamField(
        [("country", CountryBlock())],
        verbose_name=_("international target countries"),
        blank=True,
        help_text=_("Countries that several partners name are shown on the campaign page."),
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
            [
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("map_picture"), FieldPanel("coordinates")]),
                FieldPanel("contacts"),
                FieldPanel("links"),
            ],
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
            "map_picture", "coordinates", "contacts", "links", "audiences", "target_countries",
        )
    ]  # fmt: skip
    # A place is the same in every language.
    override_translatable_fields = [SynchronizedField("coordinates")]
    page_description = _("A partner's profile: what it does, figures, contacts")
    parent_page_types = ["partners.PartnerIndexPage"]
    subpage_types: list[str] = []
    template = "partners/partner_page.html"

    class Meta:
        verbose_name = _("partner profile")
        verbose_name_plural = _("partner profiles")

    @property
    def map_url(self) -> str:
        """Where a map can be looked at, by those who choose to."""
        north, east = (part.strip() for part in self.coordinates.split(","))
        return f"https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=17/{north}/{east}"

    @property
    def audience_labels(self) -> list[str]:
        return labels(self.audiences)

    @property
    def countries(self) -> list[str]:
        """The names of its target countries, as its editors wrote them."""
        return [str(block.value["country"]).strip() for block in self.target_countries]

    def as_teaser(self) -> Teaser:
        return Teaser(
            title=self.title,
            summary=self.summary,
            url=self.full_url,
            locale=self.locale.language_code,
            published_at=self.first_published_at,
            page_id=self.pk,
            label=str(self.partner.get_kind_display()) if self.partner_id else "",
            image=self.logo,
            artwork=str(self.translation_key),
        )
