"""The pages every site has, and what stands around them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from home.blocks import SocialLinkBlock
from wissensregion.blocks import BodyBlock
from wissensregion.models import image_key
from wissensregion.plugin import Teasable, Teaser, offer, plugins

if TYPE_CHECKING:
    from django.http import HttpRequest

LATEST = 7
HITS_PER_PAGE = 10


@register_snippet
class SiteProfile(TranslatableMixin, models.Model):
    """Who speaks on this site, in one locale: footer, contact and social links."""

    organisation = models.CharField(_("organisation"), max_length=200)
    claim = models.CharField(_("claim"), max_length=200, blank=True)
    footer = models.TextField(_("text in the footer"), blank=True)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    social = StreamField([("link", SocialLinkBlock())], verbose_name=_("social links"), blank=True)

    panels = [
        FieldPanel("organisation"),
        FieldPanel("claim"),
        FieldPanel("footer"),
        MultiFieldPanel(
            [FieldPanel("address"), FieldRowPanel([FieldPanel("phone"), FieldPanel("email")])],
            heading=_("Contact"),
        ),
        FieldPanel("social"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [
            models.UniqueConstraint(fields=["locale"], name="one_site_profile_per_locale")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.locale.language_code})"


class HomePage(Page):
    """The first page of one locale."""

    lead = models.CharField(_("first sentence"), max_length=150)
    intro = models.TextField(_("introduction"), blank=True)
    photo = image_key(verbose_name=_("photo"))
    photo_alt = models.CharField(_("alt text"), max_length=250, blank=True)
    campaign = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    campaign_text = models.TextField(_("text about the campaign"), blank=True)
    partners = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("partner index"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The pages below it are shown as partners."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("lead"),
                FieldPanel("intro"),
                FieldPanel("photo"),
                FieldPanel("photo_alt"),
            ],
            heading=_("Opening"),
        ),
        MultiFieldPanel(
            [PageChooserPanel("campaign"), FieldPanel("campaign_text")], heading=_("Campaign")
        ),
        PageChooserPanel("partners"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    api_fields = [
        APIField(name)
        for name in (
            "lead", "intro", "photo", "photo_alt", "campaign", "campaign_text", "partners", "body",
        )
    ]  # fmt: skip
    max_count_per_parent = 1
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "stories": self.latest(LATEST),
            "campaign_teaser": self._teaser(self.campaign),
            "partner_teasers": self._partners(),
        }

    def latest(self, limit: int) -> list[Teaser]:
        """The newest headlines of every plugin, newest first."""
        sources = (offer(plugin, "teasers", "latest") for plugin in plugins())
        teasers = [
            teaser
            for latest in sources
            if latest
            for teaser in latest(self.locale.language_code, limit)
        ]
        dated = ((teaser.published_at, teaser) for teaser in teasers if teaser.published_at)
        return [teaser for _at, teaser in sorted(dated, key=itemgetter(0), reverse=True)[:limit]]

    def _teaser(self, page: Page | None) -> Teaser | None:
        if page is None or not page.live:
            return None
        specific = page.specific
        return specific.as_teaser() if isinstance(specific, Teasable) else None

    def _partners(self) -> list[Teaser]:
        if self.partners is None:
            return []
        children = self.partners.get_children().live().public().specific()
        return [page.as_teaser() for page in children if isinstance(page, Teasable)]


class StandardPage(Page):
    """A page of running text."""

    summary = models.TextField(_("summary"), max_length=400, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    api_fields = [APIField("summary"), APIField("body")]
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class LegalKind(models.TextChoices):
    """Which text the law asks for."""

    IMPRINT = "imprint", _("Imprint")
    PRIVACY = "privacy", _("Privacy policy")
    ACCESSIBILITY = "accessibility", _("Accessibility statement")
    COOKIES = "cookies", _("Cookie notice")


class LegalPage(Page):
    """A text the law asks for."""

    kind = models.CharField(_("kind"), max_length=20, choices=LegalKind.choices)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("as_of")]),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    api_fields = [APIField("kind"), APIField("as_of"), APIField("body")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    template = "home/legal_page.html"

    class Meta:
        verbose_name = _("legal page")
        verbose_name_plural = _("legal pages")


class SearchPage(Page):
    """Where readers search one locale."""

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "home/search_page.html"

    class Meta:
        verbose_name = _("search page")
        verbose_name_plural = _("search pages")
