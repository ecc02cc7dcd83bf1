"""The pages every site has, and what stands around them."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index

from home import search
from home.blocks import SocialLinkBlock
from home.legal import AccessibilityPage, ImprintPage, PrivacyPage
from home.reports import AccessibilityReport
from wissensregion.blocks import BodyBlock
from wissensregion.keeping import kept
from wissensregion.models import PhotoMixin, joined, public
from wissensregion.pages import in_language
from wissensregion.plugin import Teasable, Teaser, offer, plugins
from wissensregion.previewing import PreviewedPage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = [
    "AccessibilityPage",
    "AccessibilityReport",
    "HomePage",
    "ImprintPage",
    "PrivacyPage",
    "SearchPage",
    "SiteProfile",
    "StandardPage",
]

LATEST = 7
HITS_PER_PAGE = 10


class SiteProfile(TranslatableMixin, models.Model):
    """Who speaks on this site, in one locale: footer, contact and social links."""

    organisation = models.CharField(
        _("organisation"), max_length=200, help_text=_("As it signs, in this language.")
    )
    claim = models.CharField(
        _("claim"),
        max_length=200,
        blank=True,
        help_text=_("One line; search engines show it for pages that have no description."),
    )
    footer = models.TextField(_("text in the footer"), blank=True)
    address = models.TextField(_("address"), blank=True, help_text=_("As on an envelope."))
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

    @classmethod
    def heard_in(cls, language: str) -> SiteProfile | None:
        """Who speaks to readers of a language: its own profile, or that of the first language."""
        codes = {language, settings.LANGUAGE_CODE}
        profiles = cls.objects.filter(locale__language_code__in=codes).select_related("locale")
        found = {each.locale.language_code: each for each in profiles}
        return found.get(language) or found.get(settings.LANGUAGE_CODE)

    def clean(self) -> None:
        super().clean()
        if SiteProfile.objects.exclude(translation_key=self.translation_key).exists():
            raise ValidationError(
                _(
                    "The site settings exist already. Edit them, or open them and choose "
                    "“Translate” for another language."
                )
            )


class HomePage(PhotoMixin, PreviewedPage):
    """The first page of one locale."""

    lead = models.CharField(
        _("first sentence"), max_length=150, help_text=_("Set large at the top of the page.")
    )
    intro = models.TextField(_("introduction"), blank=True, help_text=_("Two or three sentences."))
    campaign = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown in the language of this home page, where it has been translated."),
    )
    campaign_text = models.TextField(
        _("text about the campaign"), blank=True, help_text=_("Empty: the campaign's own summary.")
    )
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
        MultiFieldPanel([FieldPanel("lead"), FieldPanel("intro")], heading=_("Opening")),
        PhotoMixin.photo_panel,
        MultiFieldPanel(
            [PageChooserPanel("campaign"), FieldPanel("campaign_text")], heading=_("Campaign")
        ),
        PageChooserPanel("partners"),
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("intro"),
        index.SearchField("body"),
    ]
    api_fields = [
        APIField(name)
        for name in (
            "lead", "intro", "photo", "photo_alt", "campaign", "campaign_text", "partners", "body",
        )
    ]  # fmt: skip
    # Its children are whatever plugins run; they know where they may hang.
    page_description = _("The first page of a language")
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 1
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # A preview may choose others than the page that is live.
        key = ("home", self.locale_id, self.campaign_id, self.partners_id)
        return {
            **super().get_context(request, *args, **kwargs),
            **kept(key, self.offered),
        }

    def offered(self) -> dict[str, Any]:
        """What other pages lend this one; none of it is written here."""
        campaign, partners = self.chosen()
        return {
            "stories": self.latest(LATEST),
            "campaign_teaser": teaser_of(campaign),
            "partner_teasers": teasers_below(partners),
        }

    def chosen(self) -> list[Page | None]:
        """Campaign and partner index in this page's language, or as chosen if not translated."""
        chosen = (self.campaign_id, self.partners_id)
        found = in_language(chosen, self.locale.language_code)
        return [found.get(number) for number in chosen]

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


def teaser_of(page: Page | None) -> Teaser | None:
    """How a page wants to be announced, if it wants to."""
    model = page.specific_class if page else None
    if page is None or model is None or not issubclass(model, Teasable):
        return None
    announced: Teasable = joined(model.objects.filter(pk=page.pk)).get()
    return announced.as_teaser()


def teasers_below(page: Page | None) -> list[Teaser]:
    """The pages below an index, one query for each type that may hang there."""
    if page is None or page.specific_class is None:
        return []
    found = [
        child
        for model in page.specific_class.allowed_subpage_models()
        if issubclass(model, Teasable)
        for child in joined(public(model.objects.exact_type(model).child_of(page).live()))
    ]
    return [child.as_teaser() for child in sorted(found, key=attrgetter("path"))]


class StandardPage(PreviewedPage):
    """A page of running text."""

    summary = models.TextField(
        _("summary"), max_length=400, blank=True, help_text=_("Two sentences; shown in lists.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    api_fields = [APIField("summary"), APIField("body")]
    page_description = _("Running text: who we are, how to find us")
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class SearchPage(Page):
    """Where readers search one locale."""

    page_description = _("Where readers search, once for each language")
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "home/search_page.html"

    class Meta:
        verbose_name = _("search page")
        verbose_name_plural = _("search pages")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if request.GET.get("q"):
            # A page of hits is no content of its own, and there are endlessly many.
            response["X-Robots-Tag"] = "noindex"
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        query = " ".join(request.GET.get("q", "").split())[: search.MAX_LENGTH]
        too_short = bool(query) and len(search.words(query)) < search.MIN_LENGTH
        found = search.find(query, self.locale) if query and not too_short else []
        hits = search.page_of(found, request.GET.get("page"), HITS_PER_PAGE)
        meant = search.suggestion(query, self.locale) if query and not (too_short or hits) else ""
        return {
            **super().get_context(request, *args, **kwargs),
            "query": query,
            "suggestion": meant,
            "suggestion_query": urlencode({"q": meant}),
            "too_short": too_short,
            "min_length": search.MIN_LENGTH,
            "max_length": search.MAX_LENGTH,
            "count": hits.paginator.count,
            "hits": hits,
            "search_query": urlencode({"q": query}) + "&",
        }
