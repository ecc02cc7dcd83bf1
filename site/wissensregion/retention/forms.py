"""Whom a request is about, and why it is answered."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wissensregion import persons


class PersonForm(forms.Form):
    """An address, posted so that it stands in no web address, and the reason without it."""

    address = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: request by letter of 3 May. It is recorded with your name."),
    )

    def clean_address(self) -> str:
        try:
            return persons.checked(self.cleaned_data["address"])
        except ValueError as error:
            raise ValidationError(_("Write it as name@example.org.")) from error

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if "@" in reason:
            raise ValidationError(_("Say why without the address: the record is kept for years."))
        return reason


class EraseForm(PersonForm):
    """The same, and the word that lets it happen."""

    word = forms.CharField(label=_("Confirmation"), max_length=20)

    @property
    def expected(self) -> str:
        return str(_("erase"))

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().casefold() != self.expected.casefold():
            raise ValidationError(
                _("Nothing was erased. Type “%(word)s” to go on."), params={"word": self.expected}
            )
        return word
