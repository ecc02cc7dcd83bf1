"""What an operator types to let an issue go, to act on a dispatch, and to set the pace."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.sending.listing import GROUPS
from newsletter.sending.models import Outcome, SenderAccount
from newsletter.sending.wording import grouped

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    PaceModelForm = forms.ModelForm[SenderAccount]
else:
    PaceModelForm = forms.ModelForm

NOW, LATER = "now", "later"
FURTHEST = timedelta(days=366)
GROUPING = re.compile(r"[\s.,'’]")
REASON_LENGTH = 300
LARGEST_PROBE = 5_000_000


def wrong_count(typed: int, count: int) -> forms.ValidationError:
    return forms.ValidationError(
        _("You typed %(typed)s, but there are %(count)s now."),
        params={"typed": grouped(typed), "count": grouped(count)},
    )


class CountField(forms.IntegerField):
    """A number typed to show that one has seen it; 1.234 is what 1234 looks like on screen."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 8})

    def to_python(self, value: Any) -> int | None:
        number: int | None = super().to_python(GROUPING.sub("", value or ""))
        return number


class OfficeTimeField(forms.DateTimeField):
    """A date and a time by the clock of the office, wherever its editor travels."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(settings.TIME_ZONE):
            at: datetime | None = super().to_python(value)
        return at


class ReleaseForm(forms.Form):
    """The number of readers, typed: nobody sends to two hundred people by a slip."""

    # One for each time the form is shown: the same press replayed is the same dispatch.
    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False)
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("now")), (LATER, _("at a time"))],
        widget=forms.RadioSelect,
        initial=NOW,
        required=False,
    )
    at = OfficeTimeField(label=_("Date and time"), required=False)
    count = CountField(label=_("Number of readers"), min_value=1)

    def __init__(self, *args: Any, expected: int, later: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.initial.setdefault("nonce", uuid.uuid4())
        if not later:
            del self.fields["when"], self.fields["at"]

    def clean_count(self) -> int:
        count: int = self.cleaned_data["count"]
        if count != self.expected:
            raise wrong_count(count, self.expected)
        return count

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        at = cleaned.get("at")
        if cleaned.get("when") != LATER:
            cleaned["at"] = None
        elif "at" in cleaned and at is None:
            self.add_error("at", _("Say when it should begin."))
        elif at and not timezone.now() < at < timezone.now() + FURTHEST:
            self.add_error("at", _("Choose a time in the future, within a year."))
        return cleaned


class ActForm(forms.Form):
    """Why, and where it is dangerous how many."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)
    count = CountField(label=_("How many"), min_value=1)

    def __init__(
        self, *args: Any, expected: int | None, reason_needed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["reason"].required = reason_needed
        if expected is None:
            del self.fields["count"]
        self.order_fields(["count", "reason"])

    def clean_count(self) -> int:
        count: int = self.cleaned_data["count"]
        if count != self.expected:
            raise wrong_count(count, self.expected or 0)
        return count


class WishForm(forms.Form):
    """Which deliveries of a dispatch to list."""

    group = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *GROUPS])
    outcome = forms.ChoiceField(
        label=_("Reported"), required=False, choices=[("", _("all")), *Outcome.choices]
    )
    locale = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("all")), *settings.LANGUAGES]
    )
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class ExportForm(forms.Form):
    """What a list is taken out for; it is written down."""

    reason = forms.CharField(label=_("What for"), max_length=REASON_LENGTH)


class PaceForm(PaceModelForm):
    """How fast all workers may hand over, and why that is changed."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)

    class Meta:
        model = SenderAccount
        fields = ("rate", "day_limit", "warm_up_from", "max_batch")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["warm_up_from"].widget = day


class ProbeForm(forms.Form):
    """A probe as it lay in a mailbox, saved as a file."""

    mail = forms.FileField(
        label=_("Mail as a file"),
        help_text=_("The mail with all its headers, as an .eml file, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".eml,message/rfc822"}),
    )

    def clean_mail(self) -> UploadedFile[bytes]:
        mail: UploadedFile[bytes] = self.cleaned_data["mail"]
        if (mail.size or 0) > LARGEST_PROBE:
            raise forms.ValidationError(_("The file is larger than 5 MB; a probe is not."))
        return mail
