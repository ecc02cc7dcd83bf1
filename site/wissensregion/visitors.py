"""What a form that anybody may send holds besides its wish, because robots fill in forms too.

No cookie and no session: when the form was shown stands in the form itself, signed.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wissensregion.cache import lifetimes

# A person needs longer than the first and has the page open for less than the second.
FASTEST, SLOWEST = timedelta(seconds=3), timedelta(hours=12)
SALT = "wissensregion.form-on-page"


class OnPage(forms.Form):
    """A form with a trap for robots and the signed time at which it was shown."""

    # Hidden from people and from their reading aids; only robots fill it in.
    homepage = forms.CharField(required=False)
    started = forms.CharField(required=False)

    @property
    def is_robot(self) -> bool:
        return bool(self.data.get("homepage"))

    @property
    def stamp(self) -> str:
        """When the form was shown, signed; kept over an error, renewed when too old."""
        sent = self.data.get("started", "")
        if self.is_bound and _age(sent) is not None:
            return str(sent)
        # Two readers of the same second may share it; later on it would tell a wrong time.
        lifetimes.at_most(1)
        return _signer().sign(str(int(time.time())))

    def clean_started(self) -> None:
        age = _age(self.cleaned_data["started"])
        if age is None:
            raise ValidationError(
                _("The form was open for a long time. Please send it once more."), "stale"
            )
        if age < FASTEST:
            raise ValidationError(
                _("That was very quick. Please send the form once more."), "quick"
            )


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _age(stamp: str) -> timedelta | None:
    """Return how long ago a form was shown; None where that cannot be believed (any more)."""
    try:
        shown = int(_signer().unsign(stamp))
    except (signing.BadSignature, ValueError):
        return None
    age = timedelta(seconds=time.time() - shown)
    return age if age < SLOWEST else None
