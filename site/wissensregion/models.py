"""The models Django and Wagtail let a project choose only once."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, SourceImageIOError
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.search import index

from wissensregion.cards.sharing import ShareCard
from wissensregion.expiring.deadlines import Deadline, Digest
from wissensregion.finding.entries import SearchEntry, SearchWord
from wissensregion.four_eyes.approval import FourEyesTask
from wissensregion.generations import Change
from wissensregion.licences import Licence
from wissensregion.people import PeopleField, consents
from wissensregion.renditions.readiness import Readiness
from wissensregion.retention.facts import PrivacyFacts
from wissensregion.retention.runs import PersonAct, RetentionRun
from wissensregion.working.heartbeats import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is raised by a file that ends too early, or goes on like no picture does.
DAMAGED = (EOFError, OSError, SyntaxError, struct.error)
__all__ = [
    "Change",
    "Deadline",
    "Digest",
    "FourEyesTask",
    "Heartbeat",
    "Licence",
    "PersonAct",
    "PhotoMixin",
    "PrivacyFacts",
    "Readiness",
    "RetentionRun",
    "SearchEntry",
    "SearchWord",
    "ShareCard",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "User",
    "image_key",
    "joined",
    "public",
    "restrictions_above",
]


class User(AbstractUser):
    """Someone who works in the editorial office or for a partner."""

    wants_digest = models.BooleanField(
        _("weekly mail about rights and figures"),
        default=True,
        help_text=_(
            "On Mondays, if there is anything: which pictures may not be shown any more, now or "
            "within 30 days, and which figures have to be looked at."
        ),
    )

    def __str__(self) -> str:
        # A name for colleagues, never the mail address.
        return self.get_full_name() or self.username


class SiteImage(AbstractImage):
    """A picture with its rights and the people it shows."""

    credit = models.CharField(
        _("credit"),
        max_length=200,
        help_text=_("Who made the picture, as they want to be named. It is shown with every use."),
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence.choices)
    licence_until = models.DateField(
        _("licence until"),
        null=True,
        blank=True,
        help_text=_(
            "The last day on which the picture may be shown. From the next day on, a drawing "
            "stands in its place everywhere. Empty: without an end."
        ),
    )
    people = PeopleField(
        _("people shown"),
        blank=True,
        default=list,
        help_text=_(
            "One person a line, from left to right: name; role; organisation; consent given on; "
            "consent ends on. For example: Ada Beispiel; Leitung; Stadt Düsseldorf; 01.03.2026; "
            "01.03.2028. All but the name may be missing. From the day a consent ends, the picture "
            "is not shown any more; if somebody withdraws theirs, enter that day."
        ),
    )
    # The earliest of all ends, kept so that no page has to reckon and queries can ask.
    shown_until = models.DateField(null=True, editable=False, db_index=True)
    # When the clock took the picture's renditions away.
    taken_down_at = models.DateTimeField(null=True, editable=False)

    admin_form_fields = (
        "title", "file", "description", "credit", "licence", "licence_until", "people",
        "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        ends = [day - timedelta(days=1) for day in consents(self.people)]
        self.shown_until = min(filter(None, [self.licence_until, *ends]), default=None)
        if self.may_be_shown:
            self.taken_down_at = None
        super().save(*args, **kwargs)

    @property
    def may_be_shown(self) -> bool:
        """Whether licence and consents still allow it; where not, nothing leads to its file."""
        return self.shown_until is None or self.shown_until >= timezone.localdate()

    @property
    def notice(self) -> str:
        """What readers are told in place of a picture that may not be shown any more."""
        return "" if self.may_be_shown else gettext("The right to show this picture has ended.")

    @property
    def artwork(self) -> str:
        """The seed of the drawing that takes its place."""
        return f"picture {self.pk}"

    @contextmanager
    def get_willow_image(self) -> Iterator[Any]:
        """Wagtail shows a sign in place of a file that is lost, and of a damaged one too here."""
        try:
            with super().get_willow_image() as image:
                yield image
        except DAMAGED as error:
            raise SourceImageIOError(str(error)) from error

    @property
    def licence_name(self) -> str:
        return str(Licence(self.licence).label) if self.licence else ""

    @property
    def licence_url(self) -> str:
        return Licence(self.licence).url if self.licence else ""


class SiteRendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            )
        ]


class SiteDocument(AbstractDocument):
    """A file to download."""

    admin_form_fields = Document.admin_form_fields


def image_key(*, related_name: str = "+", **kwargs: Any) -> models.ForeignKey[Any, Any]:
    """A link to a picture that leaves the page standing when the picture goes."""
    return models.ForeignKey(
        SiteImage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name=related_name,
        **kwargs,
    )


def restrictions_above() -> models.Exists:
    """Whether a page in a query, or one above it, is for some visitors only."""
    path = models.ExpressionWrapper(models.OuterRef("path"), output_field=models.CharField())
    # From the few restrictions to their pages; of a join, a database may begin at the other end
    # and go through all pages of the site for each of them.
    page = Page.objects.order_by().filter(pk=models.OuterRef("page_id"))
    above = models.Subquery(page.values("path"))
    restrictions = PageViewRestriction.objects.alias(below=path, above=above)
    return models.Exists(restrictions.filter(below__startswith=models.F("above")))


def public(pages: PageQuerySet) -> PageQuerySet:
    """Leave out what only some visitors may see.

    Wagtail's own ``public()`` asks for the restrictions first, in a query of its own each time.
    Asked page by page, so that a list of twelve does not look at all the pages of the site.
    """
    return pages.filter(~restrictions_above())


def joined(pages: PageQuerySet) -> PageQuerySet:
    """Fetch with each page what it points at: its locale, its photo, its topic."""
    own = (field for field in pages.model._meta.concrete_fields if field.model is not Page)
    keys = [field.name for field in own if field.many_to_one]
    return pages.select_related("locale", "share_card", *keys)


class PhotoMixin(models.Model):
    """A photo above the text, described for those who cannot see it."""

    photo = image_key(verbose_name=_("photo"))
    photo_alt = models.CharField(
        _("alt text"),
        max_length=250,
        blank=True,
        help_text=_("What the photo shows. Empty: the picture's own description."),
    )

    photo_panel = MultiFieldPanel(
        [FieldPanel("photo"), FieldPanel("photo_alt")], heading=_("Photo")
    )

    class Meta:
        abstract = True

    @property
    def alt(self) -> str:
        return self.photo_alt or (self.photo.description if self.photo else "")
