"""What the office types: whom to look for, why, and what to take in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.people.listing import Age, PersonState
from newsletter.people.models import Import, ProofKind
from newsletter.subscriptions.models import Newsletter
from wissensregion.dates import DayInput

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = ("", _("any"))


class FilterForm(forms.Form):
    """Which people to list. What makes no sense is left out."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *PersonState.choices])
    newsletter = forms.ModelChoiceField(
        Newsletter.objects.all(), label=_("Newsletter"), required=False, empty_label=_("any")
    )
    locale = forms.ChoiceField(
        label=_("Language"), required=False, choices=[ANY, *settings.LANGUAGES]
    )
    age = forms.ChoiceField(label=_("Known for"), required=False, choices=[ANY, *Age.choices])

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if newsletter := found.pop("newsletter", None):
            found["newsletter"] = newsletter.pk
        return found


class SearchForm(forms.Form):
    """An address, or a part of one. It is posted, so that no address stands in a web address."""

    q = forms.CharField(
        label=_("Address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ReasonField(forms.CharField):
    """Why somebody looks, without the address of whom they look at."""

    def __init__(self, **kwargs: Any) -> None:
        label = kwargs.pop("label", _("Reason"))
        super().__init__(max_length=200, label=label, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if "@" in text:
            raise ValidationError(_("Say why without the address: the record is kept for a year."))
        return text


class ReasonForm(forms.Form):
    """Why addresses are shown."""

    reason = ReasonField(
        help_text=_("For example: asked by phone whether the subscription arrived.")
    )


class EraseForm(forms.Form):
    """A word typed, so that nobody is erased by a slip."""

    reason = ReasonField()
    word = forms.CharField(
        label=_("Confirmation"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 12}),
    )

    @property
    def expected(self) -> str:
        return str(_("erase"))

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip().lower()
        if word != self.expected:
            raise ValidationError(
                _("Nothing was erased. Type “%(word)s” to go on."), params={"word": self.expected}
            )
        return word


class UploadForm(forms.ModelForm[Import]):
    """A file of addresses, and how it can be proved that their owners asked for mail."""

    class Meta:
        model = Import
        fields: ClassVar = ["file", "newsletter", "locale", "source", "consented_on", "proof"]
        widgets: ClassVar = {"consented_on": DayInput, "proof": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = True
        self.fields["file"].help_text = _(
            "CSV (UTF-8) or XLSX, with the names of the columns in the first row, up to "
            "%(megabytes)s MB and %(rows)s rows."
        ) % {
            "megabytes": settings.NEWSLETTER_IMPORT_MEGABYTES,
            "rows": settings.NEWSLETTER_IMPORT_ROWS,
        }
        choices_of(self, "proof", ProofKind.choices)
        self.initial.setdefault("locale", settings.LANGUAGE_CODE)
        newsletters = list(Newsletter.objects.all()[:2])
        if len(newsletters) == 1:
            self.initial.setdefault("newsletter", newsletters[0])

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if "@" in source:
            raise ValidationError(_("Say where they come from without an address of a person."))
        return source

    def clean_consented_on(self) -> Any:
        day = self.cleaned_data["consented_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class ColumnsForm(forms.Form):
    """Which column holds what."""

    address_column = forms.ChoiceField(label=_("Address"))
    locale_column = forms.ChoiceField(
        label=_("Language"), required=False, help_text=_("For example: de or en.")
    )
    date_column = forms.ChoiceField(
        label=_("Date of consent"),
        required=False,
        help_text=_("For example: 2025-11-24 or 24.11.2025."),
    )

    def __init__(self, *args: Any, columns: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in columns]
        choices_of(self, "address_column", names)
        for field in ("locale_column", "date_column"):
            choices_of(self, field, [("", _("– none –")), *names])


def choices_of(form: forms.BaseForm, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
