"""What the CMS checks when someone uploads a picture."""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from wissensregion.renditions import readiness

if TYPE_CHECKING:
    from collections.abc import Callable

# What is raised when a file starts like a picture and goes on like something else.
BROKEN = (EOFError, OSError, SyntaxError, ValueError, struct.error)


class SiteImageForm(BaseImageForm):
    """The CMS form of a picture; what cannot be drawn to the last line gets an error, not a 500."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail chooses the field itself, and leaves it out where files are not edited.
        if field := self.fields.get("file"):
            field.to_python = partial(read_whole, field.to_python)
            if self.instance.pk and (fault := readiness.fault(self.instance)):
                not_shown = _("This picture is shown nowhere. %(fault)s") % {"fault": fault}
                field.help_text = f"{not_shown} {field.help_text}"


def read_whole(read: Callable[[Any], Any], data: Any) -> Any:
    try:
        return read(data)
    except BROKEN as error:
        raise ValidationError(
            _("The file is damaged. Save or export the picture again and upload that file."),
            code="broken",
        ) from error
