"""Makes a translation the way the CMS does, so that editors find every text translated."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

if TYPE_CHECKING:
    from django.db import models
    from wagtail.models import Locale


def translate(original: models.Model, twin: models.Model, locale: Locale) -> models.Model:
    """Give the original a translation that says what its unsaved twin says.

    Both have the same shape, so the n-th text of a place belongs to the n-th text of that place.
    """
    source, _new = TranslationSource.update_or_create_from_instance(original)
    Translation.objects.update_or_create(source=source, target_locale=locale)
    segments = extract_segments(twin)
    _translate_strings(source, segments, locale)
    _override(source, segments, locale)
    translated, _new = source.create_or_update_translation(
        locale, publish=not hasattr(original, "live"), fallback=True
    )
    result: models.Model = translated
    return result


def _translate_strings(source: TranslationSource, segments: list[Any], locale: Locale) -> None:
    translated = defaultdict(list)
    for segment in segments:
        if isinstance(segment, StringSegmentValue):
            translated[segment.path].append(segment.string.data)
    originals = defaultdict(list)
    rows = StringSegment.objects.filter(source=source).select_related("string", "context")
    for row in rows.order_by("order"):
        originals[row.context.path].append(row)
    for path, rows in originals.items():
        if len(rows) != len(translated[path]):
            message = (
                f"{source.object_repr}: {path} has {len(rows)} texts, "
                f"its translation {len(translated[path])}"
            )
            raise ValueError(message)
        for row, text in zip(rows, translated[path], strict=True):
            StringTranslation.objects.update_or_create(
                translation_of=row.string,
                context=row.context,
                locale=locale,
                defaults={"data": text, "translation_type": "manual"},
            )


def _override(source: TranslationSource, segments: list[Any], locale: Locale) -> None:
    """Where a link or picture differs between the languages, the translation has its own."""
    values = {
        segment.path: json.dumps(segment.data, cls=DjangoJSONEncoder)
        for segment in segments
        if isinstance(segment, OverridableSegmentValue)
    }
    for row in OverridableSegment.objects.filter(source=source).select_related("context"):
        own = values.get(row.context.path)
        if own is not None and own != row.data_json:
            SegmentOverride.objects.update_or_create(
                locale=locale, context=row.context, defaults={"data_json": own}
            )
