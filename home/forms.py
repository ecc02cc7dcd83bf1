"""What visitors write when something cannot be used."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.reports import LONGEST_MESSAGE, LONGEST_PLACE
from wissensregion.visitors import OnPage


class OneLineField(forms.CharField):
    """Text of one line; what holds a line break wants to be more than that."""

    def __init__(self, **kwargs: Any) -> None:
        # Not stripped: a line break must be seen to be refused.
        super().__init__(required=False, strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        if any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in value or ""):
            raise ValidationError(
                _("This holds a line break or another invisible character. Please write one line."),
                "control",
            )
        cleaned: str = super().clean((value or "").strip())
        return cleaned


class AddressField(OneLineField):
    """A mail address an answer can go to, or none."""

    def clean(self, value: Any) -> str:
        address = super().clean(value)
        if address:
            forms.EmailField().clean(address)
        return address


class ReportForm(OnPage):
    """What did not work, where, and whom to answer."""

    message = forms.CharField(
        max_length=LONGEST_MESSAGE,
        error_messages={"required": _("Please say what did not work.")},
    )
    place = OneLineField(max_length=LONGEST_PLACE)
    address = AddressField(max_length=254)
