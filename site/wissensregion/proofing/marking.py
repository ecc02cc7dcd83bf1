"""Findings as errors of a form, so that the CMS marks the very block."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.fields import StreamField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wagtail.models import Page

    from wissensregion.proofing.findings import Finding, Step

    Said = tuple[tuple[Step, ...], str]

ERRORS: dict[Any, Any] = {
    blocks.StreamBlock: StreamBlockValidationError,
    blocks.ListBlock: ListBlockValidationError,
    blocks.StructBlock: StructBlockValidationError,
}


def by_field(page: Page, found: Iterable[Finding]) -> dict[str, ValidationError]:
    """Return one error for each field; those of the page as a whole under the empty name."""
    said: defaultdict[str, list[Said]] = defaultdict(list)
    for finding in found:
        # The CMS draws blocks from data, where a link would be shown as it is written.
        message = finding.message if finding.where.steps else finding.linked
        said[finding.where.field].append((finding.where.steps, message))
    return {name: _error(*_field(page, name), messages) for name, messages in said.items()}


def _field(page: Page, name: str) -> tuple[Any, Any]:
    field = page._meta.get_field(name) if name else None
    if isinstance(field, StreamField):
        return field.stream_block, getattr(page, name)
    return None, None


def _error(block: Any, value: Any, said: list[Said]) -> ValidationError:
    here = [message for steps, message in said if not steps]
    below: defaultdict[Any, list[Said]] = defaultdict(list)
    for steps, message in said:
        if steps:
            below[steps[0].key].append((steps[1:], message))
    for kind, error in ERRORS.items():
        if isinstance(block, kind):
            inner = {key: _error(*_part(block, value, key), each) for key, each in below.items()}
            refused: ValidationError = error(block_errors=inner, non_block_errors=here)
            return refused
    return ValidationError(here)


def _part(block: Any, value: Any, key: Any) -> tuple[Any, Any]:
    """A block within another, and its value."""
    if isinstance(block, blocks.StreamBlock):
        return value[key].block, value[key].value
    if isinstance(block, blocks.ListBlock):
        return block.child_block, value[key]
    # The value of a picture with its description is the picture.
    return block.child_blocks[key], value.get(key) if hasattr(value, "get") else None
