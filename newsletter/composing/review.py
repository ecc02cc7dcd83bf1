"""What is wrong with an issue, told before it leaves the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsletter.composing import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wagtail.blocks.stream_block import StreamValue

    from newsletter.composing.models import IssuePage

LONG_SUBJECT = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at in one locale; where it stops, nothing is sent."""

    locale: str
    message: str
    stops: bool = False


def review(page: IssuePage) -> list[Finding]:
    """Look through one published issue page as it would be sent."""
    code = page.locale.language_code
    stops = [Finding(code, message, stops=True) for message in _errors(page)]
    return stops + [Finding(code, message) for message in _doubts(page)]


def _errors(page: IssuePage) -> Iterator[str]:
    index = page.index()
    if index is None or not index.imprint.strip():
        yield _("The archive page has no imprint; every mail must carry one.")
    if not page.body:
        yield _("The issue has no text.")
    for story in page.body.blocks_by_name("story"):
        chosen = story.value["page"]
        if chosen is not None and not chosen.localized.live:
            yield _("The story “%(title)s” is not published.") % {"title": chosen.title}
    try:
        mail = render.mail(page, index)
    except render.RenderError as error:
        yield str(error)
        return
    size = len(mail.html.encode())
    if size > render.SIZE_LIMIT:
        yield _("The mail has %(size)s kB; beyond %(limit)s kB mail programs cut it off.") % {
            "size": size // 1024,
            "limit": render.SIZE_LIMIT // 1024,
        }


def _doubts(page: IssuePage) -> Iterator[str]:
    if page.has_unpublished_changes:
        yield _("There are changes that are not published; they will not be sent.")
    if not page.preheader.strip():
        yield _("There is no preview line; mail programs will show the first words instead.")
    if len(page.subject) > LONG_SUBJECT:
        yield _("The subject has %(count)s characters; telephones show about 60.") % {
            "count": len(page.subject)
        }
    for number, child in enumerate(page.body, start=1):
        if _lacks_alt(child):
            yield _("Block %(number)s (%(block)s): the picture has no alt text.") % {
                "number": number,
                "block": capfirst(child.block.label),
            }


def _lacks_alt(child: StreamValue.StreamChild) -> bool:
    if child.block_type == "photo":
        image = child.value["image"]
        return not (image.decorative or image.contextual_alt_text or image.description)
    if child.block_type == "people_photo":
        return not (child.value["alt_text"] or child.value["image"].description)
    return False
