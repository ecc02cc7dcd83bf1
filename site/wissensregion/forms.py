"""What the CMS checks when someone uploads a picture."""

from __future__ import annotations

import struct
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from wagtail.images.forms import BaseImageForm

# What Pillow raises when a file starts like a picture and goes on like something else.
BROKEN = (EOFError, OSError, SyntaxError, ValueError, struct.error)


class SiteImageForm(BaseImageForm):
    """The CMS form of a picture; it takes only files that can be drawn to the last line."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Wagtail reads the head of a file only; a torn one would fail later, on a public page.
        if "file" in self.changed_data:
            refuse_broken(file)
        return file


def refuse_broken(file: Any) -> None:
    file.seek(0)
    try:
        with Pillow.open(file) as picture:
            picture.load()
    except BROKEN as error:
        raise ValidationError(
            _("The file is damaged. Save or export the picture again and upload that file."),
            code="broken",
        ) from error
    finally:
        file.seek(0)
