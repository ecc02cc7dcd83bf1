"""Makes the renditions of pictures, each once, whoever asks and however often."""

from __future__ import annotations

import logging
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.images.models import IMAGE_FORMAT_EXTENSIONS, Filter, SourceImageIOError

from wissensregion.models import SiteImage, SiteRendition
from wissensregion.renditions import drawing, readiness
from wissensregion.renditions.readiness import Readiness, State
from wissensregion.renditions.specs import specs

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
# Wagtail's own limit for the name of a rendition's file.
NAME_LENGTH = 59


def lacking() -> QuerySet[SiteImage]:
    """Pictures that may be shown, whose renditions nobody has made and nobody is making."""
    settled = Readiness.objects.settled().values("image")
    shown = Q(shown_until=None) | Q(shown_until__gte=timezone.localdate())
    missing: QuerySet[SiteImage] = SiteImage.objects.filter(shown).exclude(pk__in=settled)
    return missing.order_by("pk")


def make_lacking(*, seconds: float) -> int:
    """Make what is lacking until the time is over; return how many pictures are done."""
    until = monotonic() + seconds
    done = 0
    for number in lacking().values_list("pk", flat=True):
        if monotonic() > until:
            break
        done += make(number)
    return done


def make(number: int) -> bool:
    """Make the renditions a picture lacks; False where there was nothing to do or no way to."""
    image = SiteImage.objects.filter(pk=number).first()
    if image is None or not image.may_be_shown or not (permit := readiness.begin(image)):
        return False
    try:
        made = _drawn(image)
    except SourceImageIOError:
        return _failed(permit, State.LOST)
    except drawing.TooManyPixelsError:
        return _failed(permit, State.LARGE)
    except drawing.BROKEN:
        return _failed(permit, State.BROKEN)
    return _stored(permit, made)


def _drawn(image: SiteImage) -> list[SiteRendition]:
    """Draw what is missing and put its files into the store; no row is written yet."""
    there = set(image.renditions.values_list("filter_spec", "focal_point_key"))
    filters = {spec: Filter(spec=spec) for spec in specs()}
    missing = [
        each for each in filters.values() if (each.spec, each.get_cache_key(image)) not in there
    ]
    if not missing:
        return []
    with image.open_file() as file:
        try:
            content = file.read()
        except OSError as error:
            raise SourceImageIOError(str(error)) from error
    # All drawn before any is stored: a file that is broken leaves nothing behind.
    drawn = list(drawing.draw(image, missing, content))
    return [_kept(image, filters[each.spec], each) for each in drawn]


def _kept(image: SiteImage, filter_: Filter, drawn: drawing.Drawn) -> SiteRendition:
    width, height = drawn.size
    rendition = SiteRendition(
        image=image,
        filter_spec=drawn.spec,
        focal_point_key=filter_.get_cache_key(image),
        width=width,
        height=height,
    )
    field = SiteRendition._meta.get_field("file")
    name = field.generate_filename(rendition, file_name(image, rendition, drawn.format))
    # Its name and not the file, because the field would decode it again to learn its size.
    rendition.__dict__["file"] = field.storage.save(name, ContentFile(drawn.content))
    return rendition


def file_name(image: SiteImage, rendition: SiteRendition, format_: str) -> str:
    """The name Wagtail would give the file."""
    ending = rendition.filter_spec.replace("|", ".") + IMAGE_FORMAT_EXTENSIONS[format_]
    if rendition.focal_point_key:
        ending = f"{rendition.focal_point_key}.{ending}"
    return f"{PurePath(image.file.name).stem[: NAME_LENGTH - len(ending)]}.{ending}"


def _stored(permit: Readiness, made: list[SiteRendition]) -> bool:
    with transaction.atomic():
        if ours := permit.end(State.MADE):
            # Seen by visitors from now on; ``noticing`` tells all who keep pages.
            SiteRendition.objects.bulk_create(made, ignore_conflicts=True)
    if not ours:
        # Another file or focal point meanwhile: whoever changed it has asked for these anew.
        for each in made:
            each.file.storage.delete(each.file.name)
    return ours


def _failed(permit: Readiness, state: State) -> bool:
    if permit.end(state):
        logger.warning("Picture %s gets no renditions: %s", permit.pk, state.value)
    return False
