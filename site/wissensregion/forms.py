"""What the CMS checks when someone uploads a picture."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.images.forms import BaseImageForm

from wissensregion.renditions import readiness
from wissensregion.renditions.drawing import BROKEN

if TYPE_CHECKING:
    from collections.abc import Callable

# More of a file than any sign of what it is takes, and more pixels than any picture has.
HEAD, BEYOND = 256, 1 << 62
DESCRIPTION = _(
    "What the picture shows, in one sentence, for those who do not see it. A page may say it in "
    "words of its own; without either it is not published."
)
TOO_MANY_PIXELS = _(
    "The picture has more than %(most)s million pixels. Make it smaller, 6,000 pixels wide for "
    "example, and upload that file."
)
TOO_MANY_BYTES = _(
    "The file has %(file_size)s, and at most %(max_filesize)s can be taken. Export the picture as "
    "JPEG or make it smaller, and upload that file."
)


class SiteImageForm(BaseImageForm):
    """The CMS form of a picture; what cannot be drawn to the last line gets an error, not a 500."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if description := self.fields.get("description"):
            description.help_text = DESCRIPTION
        # Wagtail chooses the field itself, and leaves it out where files are not edited.
        if field := self.fields.get("file"):
            field.error_messages["file_too_large"] = TOO_MANY_BYTES
            field.to_python = partial(read_whole, field, field.to_python)
            if self.instance.pk and (fault := readiness.fault(self.instance)):
                not_shown = _("This picture is shown nowhere. %(fault)s") % {"fault": fault}
                field.help_text = f"{not_shown} {field.help_text}"


def read_whole(field: Any, read: Callable[[Any], Any], data: Any) -> Any:
    """Read an upload to its end; say what to do about one that cannot be taken."""
    if data:
        _demand_pixels(field, data)
    try:
        return read(data)
    except BROKEN as error:
        raise ValidationError(
            _("The file is damaged. Save or export the picture again and upload that file."),
            code="broken",
        ) from error


def _demand_pixels(field: Any, data: Any) -> None:
    """Refuse what is no picture for pages before anything decodes it.

    Wagtail decodes the whole picture to learn its size: some kilobytes may be gigabytes then.
    """
    head = data.read(HEAD).lstrip()
    data.seek(0)
    if data.name.lower().endswith((".svg", ".svgz")) or head.startswith((b"<svg", b"<?xml")):
        raise ValidationError(
            _(
                "Drawings as SVG are not taken: they can carry programs, and mails cannot show "
                "them. Export the drawing as PNG, 1,600 pixels wide for example, and upload that."
            ),
            code="svg",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(data) as picture:
                pixels = picture.width * picture.height
    except Image.DecompressionBombError:
        pixels = BEYOND
    except BROKEN:
        return  # What it is, or is not, Wagtail says.
    finally:
        data.seek(0)
    if pixels > field.max_image_pixels:
        raise ValidationError(
            TOO_MANY_PIXELS,
            code="file_too_many_pixels",
            params={"most": field.max_image_pixels // 1_000_000},
        )
