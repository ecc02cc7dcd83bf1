"""Partner organisations and who works for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.api import APIField
from wagtail.models import Collection, Locale

# The office's own people: they approve what partners write, so they never write for one.
CAMPAIGN_EDITORS = "Kampagnenredaktion"


class Kind(models.TextChoices):
    """What sort of institution a partner is."""

    MUNICIPALITY = "municipality", _("City or district")
    CHAMBER = "chamber", _("Chamber")
    UNIVERSITY = "university", _("University")
    RESEARCH = "research", _("Research institute")
    COMPANY = "company", _("Company")
    ASSOCIATION = "association", _("Association or network")
    SERVICE = "service", _("Joint service")


class Partner(ClusterableModel):
    """An organisation that takes part, whatever the language of its pages."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(
        _("slug"), unique=True, help_text=_("A short name for addresses and permission groups.")
    )
    kind = models.CharField(_("kind of institution"), max_length=20, choices=Kind.choices)
    # Its members' pictures; stays behind with them when the partner leaves.
    collection = models.OneToOneField(
        Collection,
        verbose_name=_("picture collection"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("kind")]),
        InlinePanel(
            "memberships",
            heading=_("Members"),
            label=_("Member"),
            help_text=_(
                "Who may write for this partner, one line per person and language. "
                "Rights begin and end when you save."
            ),
        ),
    ]
    api_fields = [APIField("name"), APIField("slug"), APIField("kind")]

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

    panels = [FieldRowPanel([FieldPanel("user"), FieldPanel("locale")])]

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

    def clean(self) -> None:
        super().clean()
        if self.user_id and self.user.groups.filter(name=CAMPAIGN_EDITORS).exists():
            raise ValidationError(
                {
                    "user": _(
                        "This account approves contributions, so it cannot write them too. "
                        "Choose another account or take it out of the group %(group)s."
                    )
                    % {"group": CAMPAIGN_EDITORS}
                }
            )


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
