"""What fits into the header of a mail."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# What stands in a header of a mail must end where it seems to end.
one_line = RegexValidator(
    r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z",
    _("Write this on one line, without control characters."),
)
