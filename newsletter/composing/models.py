"""What is mailed: issues as pages, editions as frozen."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from newsletter.composing import render
from newsletter.composing.blocks import IssueBlock, pictures
from newsletter.lines import one_line
from wissensregion.pictures import fetch
from wissensregion.plugin import Teaser, offer, plugins

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

ISSUES_PER_PAGE = 20
TEASERS_PER_PLUGIN = 50


class IssueIndexPage(Page):
    """The public archive of one newsletter, and what stands below each of its mails."""

    intro = models.TextField(_("introduction"), blank=True)
    imprint = models.TextField(
        _("imprint in mails"),
        blank=True,
        help_text=_("Name, address, representatives and contact. No mail is sent without it."),
    )
    reason = models.TextField(
        _("why readers get the mail"),
        blank=True,
        help_text=_("For example: You get this mail because you subscribed on our website."),
    )
    privacy = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("privacy policy"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        MultiFieldPanel(
            [FieldPanel("imprint"), FieldPanel("reason"), PageChooserPanel("privacy")],
            heading=_("Below every mail"),
        ),
        HelpPanel(template="newsletter/admin/new_issue_panel.html", heading=_("Next issue")),
    ]
    api_fields = [APIField("intro")]
    page_description = _("The public archive of a newsletter")
    subpage_types = ["newsletter.IssuePage"]
    template = "newsletter/issue_index_page.html"

    class Meta:
        verbose_name = _("newsletter archive")
        verbose_name_plural = _("newsletter archives")

    def issues(self) -> models.QuerySet[IssuePage]:
        live: models.QuerySet[IssuePage] = IssuePage.objects.child_of(self).live().public()
        return live.order_by("-first_published_at", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.issues(), ISSUES_PER_PAGE).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "page_of_issues": page}

    def stories_since_last(self) -> list[Teaser]:
        """What was published since the newest issue of this archive, newest first."""
        newest = IssuePage.objects.child_of(self).order_by("-pk").first()
        ending = newest.last_ending(itself=True) if newest else None
        return published_since(ending, self.locale.language_code)


class IssuePage(Page):
    """One number of a newsletter in one locale; its translations are the same issue."""

    newsletter = models.ForeignKey(
        "newsletter.Newsletter",
        verbose_name=_("newsletter"),
        on_delete=models.PROTECT,
        related_name="issues",
    )
    subject = models.CharField(
        _("subject"),
        max_length=120,
        help_text=_("At most 60 characters read well everywhere."),
        validators=[one_line],
    )
    preheader = models.CharField(
        _("preview line"), max_length=150, blank=True, help_text=_("Shown after the subject.")
    )
    body = StreamField(IssueBlock(), verbose_name=_("content"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("newsletter"),
        FieldPanel("subject"),
        FieldPanel("preheader"),
        FieldPanel("body"),
        HelpPanel(
            template="newsletter/admin/stories_panel.html",
            heading=_("Published since the last issue"),
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    api_fields = [APIField("subject"), APIField("preheader"), APIField("body")]
    page_description = _("One issue, as mail and as page")
    parent_page_types: ClassVar = ["newsletter.IssueIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "newsletter/issue_page.html"

    class Meta:
        verbose_name = _("newsletter issue")
        verbose_name_plural = _("newsletter issues")

    def first_values(self, parent: Page) -> dict[str, Any]:
        """What a new one begins with: the newsletter, where there is only one."""
        newsletters = self._meta.get_field("newsletter").related_model.objects
        known = newsletters.values_list("pk", flat=True)[:2]
        return {"newsletter": known[0]} if len(known) == 1 else {}

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("Web page")), ("mail", _("HTML mail")), ("text", _("Plain text"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show what will be sent: the same rendering, with nobody's links in it."""
        if not mode_name:
            page: HttpResponse = super().serve_preview(request, mode_name)
            return page
        try:
            mail = render.mail(self, self.index())
        except render.RenderError as error:
            return HttpResponse(str(error), content_type="text/plain; charset=utf-8")
        if mode_name == "text":
            return HttpResponse(
                render.fill(mail.text, render.NOBODY), content_type="text/plain; charset=utf-8"
            )
        return HttpResponse(render.fill(mail.html, render.NOBODY))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        fetch(pictures(self.body))
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context

    def outlined(self) -> list[tuple[Any, str]]:
        """The blocks with the tag of a heading in them, for the web page."""
        return [(block, f"h{level}") for block, level in render.outlined(self.body)]

    def index(self) -> IssueIndexPage | None:
        """The archive this issue hangs in; a page not yet saved hangs nowhere."""
        parent = self.get_parent() if self.path else None
        return IssueIndexPage.objects.filter(pk=parent.pk).first() if parent else None

    def in_every_locale(self) -> list[IssuePage]:
        """This issue's live pages, one per locale, the site's first language first.

        An alias only repeats another language, so it is no edition of its own.
        """
        pages = IssuePage.objects.filter(
            translation_key=self.translation_key, live=True, alias_of=None
        ).select_related("locale", "newsletter")
        codes = [code for code, _name in settings.LANGUAGES]
        return sorted(pages, key=lambda page: codes.index(page.locale.language_code))

    def stories_since_last(self) -> list[Teaser]:
        """What was published since the last issue and is not in this one, newest first."""
        used = {block.value["page"].pk for block in self.body if _has_page(block)}
        found = published_since(self.last_ending(), self.locale.language_code)
        return [teaser for teaser in found if teaser.page_id not in used]

    def last_ending(self, *, itself: bool = False) -> datetime | None:
        """When the newest other issue of this newsletter was sent or published."""
        issues = IssuePage.objects.filter(newsletter=self.newsletter_id)
        editions = Edition.objects.filter(page__newsletter=self.newsletter_id)
        if not itself:
            issues = issues.exclude(translation_key=self.translation_key)
            editions = editions.exclude(issue_key=self.translation_key)
        published = issues.filter(live=True).aggregate(at=models.Max("first_published_at"))["at"]
        sent = editions.aggregate(at=models.Max("frozen_at"))["at"]
        return max((at for at in (published, sent) if at), default=None)


def published_since(moment: datetime | None, locale: str) -> list[Teaser]:
    """The pages every plugin has published in a locale since then, newest first."""
    sources = (offer(plugin, "teasers", "latest") for plugin in plugins())
    teasers = [
        teaser for latest in sources if latest for teaser in latest(locale, TEASERS_PER_PLUGIN)
    ]
    new = [
        teaser
        for teaser in teasers
        if teaser.page_id
        and teaser.published_at
        and (moment is None or teaser.published_at > moment)
    ]
    return sorted(new, key=attrgetter("published_at"), reverse=True)


def _has_page(block: Any) -> bool:
    return block.block_type == "story" and block.value["page"] is not None


class Edition(models.Model):
    """An issue frozen in one locale: subject, HTML and text as they are handed over."""

    page = models.ForeignKey(IssuePage, on_delete=models.PROTECT, related_name="editions")
    # The translation key that all locales of the issue share.
    issue_key = models.UUIDField()
    locale = models.CharField(max_length=20, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=120)
    html = models.TextField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue_key", "locale", "version"], name="one_edition_per_issue_and_locale"
            )
        ]

    def __str__(self) -> str:
        return f"edition {self.pk} ({self.locale})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        # What was handed over is not corrected afterwards; a correction is a new issue.
        if not self._state.adding:
            message = "An edition is frozen."
            raise ValueError(message)
        super().save(*args, **kwargs)
