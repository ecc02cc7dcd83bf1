"""What an editor types to let an issue go."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReleaseForm(forms.Form):
    """The number of readers, typed: nobody sends to two hundred people by a slip."""

    count = forms.IntegerField(
        label=_("Number of readers"),
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 8}),
    )

    def __init__(self, *args: object, expected: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.expected = expected

    def clean_count(self) -> int:
        count: int = self.cleaned_data["count"]
        if count != self.expected:
            raise forms.ValidationError(
                _("You typed %(typed)s, but the issue goes to %(count)s readers now."),
                params={"typed": count, "count": self.expected},
            )
        return count
