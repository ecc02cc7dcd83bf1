"""How tests translate: as an editor does, text by text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.operations import TranslationCreator

if TYPE_CHECKING:
    from wagtail.models import Locale


def submit(thing: Any, locale: Locale) -> Translation:
    """Send something, and what it needs, to be translated."""
    TranslationCreator(None, [locale]).create_translations(thing)
    source = TranslationSource.objects.get_for_instance(thing)
    found: Translation = Translation.objects.get(source=source, target_locale=locale)
    return found


def segments(thing: Any) -> dict[str, str]:
    """What a translator is offered: the path of each text, and the text."""
    source = TranslationSource.objects.get_for_instance(thing)
    rows = StringSegment.objects.filter(source=source).select_related("string", "context")
    return {row.context.path: row.string.data for row in rows}


def translate(found: Translation, mark: str = "EN ") -> None:
    """Translate each text by putting a mark before it, and publish."""
    rows = StringSegment.objects.filter(source=found.source).select_related("string", "context")
    for row in rows:
        data = row.string.data if row.context.path == "slug" else f"{mark}{row.string.data}"
        StringTranslation.objects.update_or_create(
            translation_of=row.string,
            locale=found.target_locale,
            context=row.context,
            defaults={
                "data": data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            },
        )
    with translation.override("en"):
        found.save_target(publish=True)
