"""Whether pictures say what they show to those who cannot see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from wissensregion.proofing.findings import Step, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.proofing.drafts import Draft, Piece
    from wissensregion.proofing.findings import Finding, Place

# What blocks call the description beside a picture.
ALT = ("alt_text", "alt")
FILE = re.compile(r"(\S+\.(avif|gif|jpe?g|png|svg|webp)|(dsc|img|p)[-_ ]?\d+)", re.IGNORECASE)


def missing_alt(draft: Draft) -> Iterator[Finding]:
    """Pictures that nobody described, or that are described by the name of their file."""
    for place, text in _descriptions(draft):
        if not text.strip():
            yield error(
                _(
                    "The picture has no alt text. Say in a sentence what it shows, for readers who "
                    "cannot see it."
                ),
                place,
            )
        elif FILE.fullmatch(text.strip()):
            yield warning(
                _("“%(text)s” is the name of a file. Say what the picture shows.") % {"text": text},
                place,
            )


def _descriptions(draft: Draft) -> Iterator[tuple[Place, str]]:
    for field in draft.picture_fields:
        # By convention "photo_alt" beside "photo" says what is shown; a logo needs no words.
        words = getattr(draft.page, f"{field.name}_alt", None)
        if words is not None and (picture := getattr(draft.page, field.name)):
            yield draft.field(f"{field.name}_alt"), words or picture.description
    for piece in draft.pieces:
        if piece.value is None:
            continue
        if isinstance(piece.block, ImageBlock):
            if not piece.value.decorative:
                part = piece.block.child_blocks["alt_text"]
                text = piece.value.contextual_alt_text or ""
                yield piece.place.down(Step("alt_text", str(part.label))), text
        elif isinstance(piece.block, ImageChooserBlock):
            yield piece.place, _beside(piece) or piece.value.description
    for place, markup in draft.texts:
        for picture in markup.pictures:
            yield place, picture.attributes.get("alt", "")


def _beside(piece: Piece) -> str:
    """The description its block asks for; none: the picture's own."""
    if piece.within is None:
        return ""
    return next((piece.within[name] for name in ALT if piece.within.get(name)), "")
