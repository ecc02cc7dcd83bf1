"""What visitors type and tick, cleaned."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from newsletter.subscriptions import addresses, proofs
from newsletter.subscriptions.models import Newsletter
from wissensregion.visitors import OnPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

A_PLACE = re.compile(r"(https?:/)?/[^\x00-\x20\x7f-\x9f\u2028\u2029]{0,240}\Z")
A_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
LONGEST_PAUSE = timedelta(days=366)
ADDRESS_PROBLEMS = {
    addresses.Problem.MISSING: _("Please enter your email address."),
    addresses.Problem.CONTROL: _(
        "This address holds a line break or another invisible character. "
        "Please type it on one line."
    ),
    addresses.Problem.SHAPE: _(
        "This does not look like an email address. It needs a form like name@example.org."
    ),
    addresses.Problem.LETTERS: _(
        "We cannot write to addresses with umlauts or accents before the @. "
        "Please use another address."
    ),
    addresses.Problem.LENGTH: _("This address is too long to exist. Please check it."),
}


class AddressField(forms.CharField):
    """An address, returned in the form mail is sent to."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **kwargs: Any) -> None:
        # Not stripped: a line break must be seen to be refused.
        super().__init__(strip=False, required=False, **kwargs)
        # Django refuses NUL by a sentence of its own; ours says what to do.
        self.validators = []

    def clean(self, value: Any) -> str:
        try:
            return addresses.mailable(str(value or ""))
        except addresses.AddressError as error:
            raise ValidationError(ADDRESS_PROBLEMS[error.problem], error.problem) from error


class HintField(forms.Field):
    """What a page says of itself. Where it makes no sense it is dropped, not complained about."""

    widget = forms.HiddenInput

    def __init__(self, pattern: re.Pattern[str]) -> None:
        super().__init__(required=False)
        self.pattern = pattern

    def clean(self, value: Any) -> str:
        return value if self.pattern.match(value or "") else ""


class SignupForm(forms.Form):
    """A wish for newsletters, from wherever it comes."""

    address = AddressField(label=_("Email address"))
    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Newsletters"),
        error_messages={"invalid_choice": _("There is no newsletter “%(value)s”.")},
    )
    source = HintField(A_PLACE)
    wording = HintField(A_SHA256)

    def clean_newsletters(self) -> list[Newsletter]:
        chosen = list(self.cleaned_data["newsletters"])
        if chosen:
            return chosen
        # Where there is one newsletter, nobody is asked which.
        every = list(Newsletter.objects.all()[:2])
        if not every:
            raise ValidationError(_("There is no newsletter to subscribe to yet."), "none")
        if len(every) > 1:
            raise ValidationError(_("Please choose at least one newsletter."), "required")
        return every


class WebSignupForm(OnPage, SignupForm):
    """A wish for newsletters, written on a page."""

    # Asked for only while many sign up at once: the solved sum, or the wish to wait instead.
    proof = forms.CharField(required=False, max_length=proofs.LONGEST)
    patient = forms.CharField(required=False)


class AccessForm(OnPage):
    """Who wants the link to their own settings."""

    address = AddressField(label=_("Email address"))


def own_names() -> list[tuple[str, str]]:
    """Each language by its own name, for those who cannot read the page's."""
    return [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


class PreferencesForm(forms.Form):
    """What a subscriber wants to read, and in which language."""

    locale = forms.ChoiceField(label=_("Language"), choices=own_names, widget=forms.RadioSelect)
    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Newsletters"),
    )


class PauseForm(forms.Form):
    """From which day on a subscriber wants mail again; empty: at once."""

    until = forms.DateField(
        required=False,
        label=_("Send me nothing before"),
        error_messages={"invalid": _("Please write the day as 2027-01-31.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        today = timezone.localdate()
        if until is None or until <= today:
            return None
        if until > today + LONGEST_PAUSE:
            raise ValidationError(_("A pause lasts a year at most. Or leave the newsletter."))
        return until


class MoveForm(forms.Form):
    """The address a subscriber wants to read at from now on."""

    address = AddressField(label=_("New email address"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, current: str = "") -> None:
        super().__init__(data)
        self.current = current

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if addresses.normal_form(address) == addresses.normal_form(self.current):
            raise ValidationError(_("This is the address we write to already."), "same")
        return address


def known_locale(*wanted: str | None) -> str:
    """Return the first of the codes the site speaks, else the language of the moment."""
    return _first_known([*wanted, get_language()]) or settings.LANGUAGE_CODE


def _first_known(codes: Iterable[str | None]) -> str | None:
    known = dict(settings.LANGUAGES)
    return next((code for code in codes if code in known), None)
