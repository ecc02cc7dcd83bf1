"""What only the people who run a site can say of it: who is responsible, who works for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting

from wissensregion.retention.countries import Country, Transfer
from wissensregion.retention.rules import Recipient

if TYPE_CHECKING:
    from datetime import date

# As the services write themselves.
SERVICES = {
    "amazon_ses": "Amazon SES",
    "brevo": "Brevo",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "postal": "Postal",
    "postmark": "Postmark",
    "resend": "Resend",
    "scaleway": "Scaleway",
}
_CONTRACT = _("contract signed on")
_CONTRACT_HELP = _("The processor contract (GDPR Art. 28).")
_TRANSFER = _("basis of the transfer")
_TRANSFER_HELP = _("Needed for a country outside of the European Economic Area.")


@dataclass(frozen=True, slots=True)
class Processor:
    """Somebody who works with data of people on our behalf (GDPR 28)."""

    role: Recipient
    name: str
    country: Country | None
    transfer: Transfer | None
    contract_on: date | None

    @property
    def needs_transfer(self) -> bool:
        return self.country is not None and self.country.is_outside

    def missing(self) -> list[str]:
        """Return what is not known of it, as words."""
        known = {
            say("name"): self.name,
            say("country"): self.country,
            say("contract signed on"): self.contract_on,
            say("basis of the transfer"): self.transfer or not self.needs_transfer,
        }
        return [word for word, value in known.items() if not value]


class PrivacyFacts(BaseGenericSetting):
    """What the privacy policy and the record of processing say of this installation alone."""

    controller = models.TextField(
        _("controller"),
        blank=True,
        help_text=_("Name, address, telephone and mail address, and who represents it."),
    )
    officer = models.TextField(
        _("data protection officer"),
        blank=True,
        help_text=_("How to reach them. Empty: there is none, and none is needed."),
    )
    authority = models.CharField(
        _("supervisory authority"),
        max_length=200,
        blank=True,
        help_text=_("Where people may complain."),
    )
    mail_name = models.CharField(
        _("mail service"), max_length=200, blank=True, help_text=_("Empty: the name it is set by.")
    )
    mail_country = models.CharField(_("country"), max_length=2, choices=Country, blank=True)
    mail_transfer = models.CharField(
        _TRANSFER, max_length=10, choices=Transfer, blank=True, help_text=_TRANSFER_HELP
    )
    mail_contract_on = models.DateField(_CONTRACT, null=True, blank=True, help_text=_CONTRACT_HELP)
    host_name = models.CharField(_("operator of the servers"), max_length=200, blank=True)
    host_country = models.CharField(_("country"), max_length=2, choices=Country, blank=True)
    host_transfer = models.CharField(
        _TRANSFER, max_length=10, choices=Transfer, blank=True, help_text=_TRANSFER_HELP
    )
    host_contract_on = models.DateField(_CONTRACT, null=True, blank=True, help_text=_CONTRACT_HELP)
    log_days = models.PositiveSmallIntegerField(
        _("days an access log is kept"),
        null=True,
        blank=True,
        help_text=_("Of the web server or proxy, with the addresses of visitors. 0: none is kept."),
    )

    panels: ClassVar = [
        MultiFieldPanel(
            [FieldPanel("controller"), FieldPanel("officer"), FieldPanel("authority")],
            heading=_("Who is responsible"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("mail_name"), FieldPanel("mail_country")]),
                FieldPanel("mail_transfer"),
                FieldPanel("mail_contract_on"),
            ],
            heading=_("Mail service"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("host_name"), FieldPanel("host_country")]),
                FieldPanel("host_transfer"),
                FieldPanel("host_contract_on"),
                FieldPanel("log_days"),
            ],
            heading=_("Servers"),
        ),
    ]

    class Meta:
        verbose_name = _("Facts of data protection")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> PrivacyFacts:
        """Return what was filled in, without writing anything."""
        return cls.objects.first() or cls()

    @property
    def processors(self) -> list[Processor]:
        return [
            Processor(
                Recipient.MAIL,
                self.mail_name or mail_service(),
                Country(self.mail_country) if self.mail_country else None,
                Transfer(self.mail_transfer) if self.mail_transfer else None,
                self.mail_contract_on,
            ),
            Processor(
                Recipient.HOST,
                self.host_name,
                Country(self.host_country) if self.host_country else None,
                Transfer(self.host_transfer) if self.host_transfer else None,
                self.host_contract_on,
            ),
        ]

    def missing(self) -> list[str]:
        """Return what still has to be filled in, as words."""
        known = {
            say("controller"): self.controller,
            say("supervisory authority"): self.authority,
            say("days an access log is kept"): self.log_days is not None,
        }
        of_processors = [
            f"{processor.role.label}: {word}"
            for processor in self.processors
            for word in processor.missing()
        ]
        return [word for word, value in known.items() if not value] + of_processors


def mail_service() -> str:
    """Return the name of the mail service this site is set to use."""
    service = settings.EMAIL_BACKEND.removeprefix("anymail.backends.").split(".")[0]
    if service in SERVICES:
        return SERVICES[service]
    return str(settings.EMAIL_HOST)
