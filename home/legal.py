"""The pages the law asks for: imprint, privacy policy, accessibility statement.

What a page must say is required of whoever publishes it in the CMS, by the page's form and not
by the row: a new site begins with empty ones, and the CMS's first page says what they lack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.blocks import BarrierBlock
from wissensregion import cookies
from wissensregion.blocks import BodyBlock
from wissensregion.editing.forms import PageForm

if TYPE_CHECKING:
    from django.utils.functional import Promise


class LegalForm(PageForm):
    """Asks for what the law asks for; a draft may still lack it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.instance.law_asks_for:
            if name in self.fields:
                self.fields[name].required = True


class LegalPage(Page):
    """A text the law asks for."""

    as_of = models.DateField(
        _("as of"), null=True, blank=True, help_text=_("When somebody last checked the text.")
    )
    body = StreamField(
        BodyBlock(), verbose_name=_("more text"), blank=True, help_text=_("Shown below the rest.")
    )

    # Fields nobody may publish without.
    law_asks_for: ClassVar[tuple[str, ...]] = ()
    # As templates and the API's readers call it.
    kind: ClassVar[str] = ""

    base_form_class = LegalForm
    search_fields = [*Page.search_fields, index.SearchField("body")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        abstract = True

    def first_values(self, parent: Page) -> dict[str, Any]:
        """What a new one begins with: whoever writes it has checked it today."""
        return {"as_of": timezone.localdate()}

    def missing(self) -> list[str | Promise]:
        """The names of what the law asks for and the page does not say."""
        fields = (self._meta.get_field(name) for name in self.law_asks_for)
        return [
            getattr(field, "verbose_name", field.name)
            for field in fields
            if not getattr(self, field.name)
        ]


class ImprintPage(LegalPage):
    """Who runs the site (section 5 DDG, section 18 MStV)."""

    organisation = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("In full, as in the register (section 5 (1) no. 1 DDG)."),
    )
    legal_form = models.CharField(
        _("legal form"),
        max_length=120,
        blank=True,
        help_text=_("For example: registered association (section 5 (1) no. 1 DDG)."),
    )
    address = models.TextField(
        _("address"),
        blank=True,
        help_text=_(
            "Street, postcode, town; a post-office box is not enough (section 5 (1) no. 1 DDG)."
        ),
    )
    representatives = models.TextField(
        _("represented by"),
        blank=True,
        help_text=_(
            "First and last names of those who may sign, one a line (section 5 (1) no. 1 DDG)."
        ),
    )
    email = models.EmailField(
        _("mail address"), blank=True, help_text=_("Read by a person (section 5 (1) no. 2 DDG).")
    )
    phone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        help_text=_("Or another way to reach you at once (section 5 (1) no. 2 DDG)."),
    )
    register_court = models.CharField(
        _("register"),
        max_length=200,
        blank=True,
        help_text=_("Which register at which court, if you are in one (section 5 (1) no. 4 DDG)."),
    )
    register_number = models.CharField(_("register number"), max_length=60, blank=True)
    vat_id = models.CharField(
        _("VAT identification number"),
        max_length=60,
        blank=True,
        help_text=_("If you have one; never the tax number (section 5 (1) no. 6 DDG)."),
    )
    supervisor = models.TextField(
        _("supervisory body"),
        blank=True,
        help_text=_("If what you do needs a permit (section 5 (1) no. 3 DDG)."),
    )
    responsible = models.TextField(
        _("responsible for the content"),
        blank=True,
        help_text=_("One person with first name, last name and address (section 18 (2) MStV)."),
    )
    dispute = models.TextField(
        _("dispute resolution"),
        blank=True,
        help_text=_(
            "Whether you take part in proceedings before a consumer conciliation body; "
            "asked of those who contract with consumers (section 36 VSBG)."
        ),
    )

    page_description = _("Who runs the site, as the law asks for")
    kind = "imprint"
    law_asks_for = ("organisation", "address", "representatives", "email", "responsible")
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("organisation"), FieldPanel("legal_form")]),
                FieldPanel("address"),
                FieldPanel("representatives"),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
            ],
            heading=_("Who runs the site"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("register_court"), FieldPanel("register_number")]),
                FieldPanel("vat_id"),
                FieldPanel("supervisor"),
            ],
            heading=_("Registers and supervision"),
        ),
        FieldPanel("responsible"),
        FieldPanel("dispute"),
        FieldPanel("body"),
        FieldPanel("as_of"),
    ]
    api_fields = [
        APIField(name)
        for name in (
            "organisation", "legal_form", "address", "representatives", "email", "phone",
            "register_court", "register_number", "vat_id", "supervisor", "responsible", "dispute",
            "body", "as_of",
        )
    ]  # fmt: skip
    template = "home/imprint_page.html"

    class Meta:
        verbose_name = _("imprint")
        verbose_name_plural = _("imprints")

    def clean(self) -> None:
        super().clean()
        if bool(self.register_court) != bool(self.register_number):
            name = "register_number" if self.register_court else "register_court"
            raise ValidationError({name: _("Register and number belong together.")})


class PrivacyPage(LegalPage):
    """What is done with readers' data (Articles 13 and 14 GDPR)."""

    controller = models.TextField(
        _("controller"),
        blank=True,
        help_text=_(
            "Name, address, mail address of who decides about the data (Art. 13(1)(a) GDPR)."
        ),
    )
    officer = models.TextField(
        _("data protection officer"),
        blank=True,
        help_text=_("How to reach them, if you have to have one (Art. 13(1)(b) GDPR)."),
    )
    authority = models.TextField(
        _("supervisory authority"),
        blank=True,
        help_text=_("Where people may complain: name and address (Art. 13(2)(d) GDPR)."),
    )

    page_description = _("What is done with readers' data, as the law asks for")
    kind = "privacy"
    law_asks_for = ("controller", "authority", "body", "as_of")
    content_panels = [
        *Page.content_panels,
        FieldPanel("controller"),
        FieldPanel("officer"),
        FieldPanel(
            "body",
            heading=_("what happens to which data"),
            help_text=_(
                "For what and on which legal basis, who receives it, and how long it stays "
                "(Art. 13(1)(c) to (f), (2)(a) GDPR). The cookies and the rights of readers are "
                "added below it by themselves."
            ),
        ),
        FieldPanel("authority"),
        FieldPanel("as_of"),
    ]
    api_fields = [APIField(n) for n in ("controller", "officer", "body", "authority", "as_of")]
    template = "home/privacy_page.html"

    class Meta:
        verbose_name = _("privacy policy")
        verbose_name_plural = _("privacy policies")

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(*args, **kwargs), "kept_in_the_cms": cookies.IN_THE_CMS}


class Conformance(models.TextChoices):
    """How far the site meets the standard, in the words of the law's model statement."""

    FULL = "full", _("fully compliant")
    PARTIAL = "partial", _("partially compliant")
    NONE = "none", _("not compliant")


class Method(models.TextChoices):
    """How that was found out."""

    SELF = "self", _("an assessment of our own")
    THIRD = "third", _("an assessment by somebody else")


class AccessibilityPage(LegalPage):
    """How accessible the site is, and where to complain (section 12b BGG, section 7 BITV 2.0)."""

    conformance = models.CharField(
        _("compliance"),
        max_length=10,
        choices=Conformance.choices,
        blank=True,
        help_text=_("With BITV 2.0, that is EN 301 549 and WCAG (section 12b (2) no. 1 BGG)."),
    )
    barriers = StreamField(
        [("barrier", BarrierBlock())],
        verbose_name=_("what is not accessible"),
        blank=True,
        help_text=_("Each with the reason and an alternative (section 12b (2) no. 1 BGG)."),
    )
    created = models.DateField(
        _("drawn up on"),
        null=True,
        blank=True,
        help_text=_("When the statement was first written (Decision (EU) 2018/1523)."),
    )
    method = models.CharField(
        _("basis"),
        max_length=10,
        choices=Method.choices,
        blank=True,
        help_text=_("What the statement rests on (Decision (EU) 2018/1523)."),
    )
    method_details = models.CharField(
        _("who assessed what, when"),
        max_length=250,
        blank=True,
        help_text=_("For example: BITV test of ten pages by …, May 2026."),
    )
    email = models.EmailField(
        _("mail address for feedback"),
        blank=True,
        help_text=_("The form on this page writes to it, too (section 12b (2) no. 2 BGG)."),
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    enforcement = models.TextField(
        _("enforcement body"),
        blank=True,
        help_text=_(
            "Who mediates if your answer does not help: name and address. The federal conciliation "
            "body, or the one of your state (section 12b (2) no. 3, section 16 BGG)."
        ),
    )
    enforcement_url = models.URLField(_("its web address"), blank=True)

    page_description = _("How accessible the site is, and where to complain")
    kind = "accessibility"
    law_asks_for = ("conformance", "created", "method", "email", "enforcement", "as_of")
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("conformance"), FieldPanel("barriers")], heading=_("How accessible it is")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("created"), FieldPanel("as_of")]),
                FieldRowPanel([FieldPanel("method"), FieldPanel("method_details")]),
            ],
            heading=_("Drawing up and assessment"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("enforcement"),
                FieldPanel("enforcement_url"),
            ],
            heading=_("Feedback and enforcement"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [*LegalPage.search_fields, index.SearchField("barriers")]
    api_fields = [
        APIField(name)
        for name in (
            "conformance", "barriers", "created", "method", "method_details", "email", "phone",
            "enforcement", "enforcement_url", "body", "as_of",
        )
    ]  # fmt: skip
    template = "home/accessibility_page.html"

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")

    def clean(self) -> None:
        super().clean()
        if self.conformance in {Conformance.PARTIAL, Conformance.NONE} and not self.barriers:
            raise ValidationError(
                {"barriers": _("Say what is not accessible, or choose “fully compliant”.")}
            )


LEGAL: dict[str, type[LegalPage]] = {
    model.kind: model for model in (ImprintPage, PrivacyPage, AccessibilityPage)
}
