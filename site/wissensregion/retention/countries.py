"""The countries a service may work in, and what the law asks before data goes there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Country(models.TextChoices):
    """Where a service works: the EU and the EEA, and countries outside of them."""

    AT = "AT", _("Austria")
    BE = "BE", _("Belgium")
    BG = "BG", _("Bulgaria")
    HR = "HR", _("Croatia")
    CY = "CY", _("Cyprus")
    CZ = "CZ", _("Czechia")
    DK = "DK", _("Denmark")
    EE = "EE", _("Estonia")
    FI = "FI", _("Finland")
    FR = "FR", _("France")
    DE = "DE", _("Germany")
    GR = "GR", _("Greece")
    HU = "HU", _("Hungary")
    IS = "IS", _("Iceland")
    IE = "IE", _("Ireland")
    IT = "IT", _("Italy")
    LV = "LV", _("Latvia")
    LI = "LI", _("Liechtenstein")
    LT = "LT", _("Lithuania")
    LU = "LU", _("Luxembourg")
    MT = "MT", _("Malta")
    NL = "NL", _("Netherlands")
    NO = "NO", _("Norway")
    PL = "PL", _("Poland")
    PT = "PT", _("Portugal")
    RO = "RO", _("Romania")
    SK = "SK", _("Slovakia")
    SI = "SI", _("Slovenia")
    ES = "ES", _("Spain")
    SE = "SE", _("Sweden")
    CA = "CA", _("Canada")
    CH = "CH", _("Switzerland")
    GB = "GB", _("United Kingdom")
    US = "US", _("United States")

    @property
    def is_outside(self) -> bool:
        """Outside of the EEA, where a transfer needs a basis of its own (GDPR 44)."""
        return self in OUTSIDE


OUTSIDE = {Country.CA, Country.CH, Country.GB, Country.US}


class Transfer(models.TextChoices):
    """What allows data to go to a country outside of the EEA."""

    ADEQUACY = "adequacy", _("adequacy decision of the European Commission (GDPR Art. 45)")
    CLAUSES = "clauses", _("standard contractual clauses (GDPR Art. 46(2)(c))")
    RULES = "rules", _("binding corporate rules (GDPR Art. 47)")
