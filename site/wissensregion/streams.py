"""A text made of blocks: nothing in it is lost, and what readers see of it is made once."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.html import format_html, format_html_join
from wagtail.blocks import StreamBlock

from wissensregion.pieces import piece


class CarefulStreamBlock(StreamBlock):
    """A stream that does not drop a block of a type it does not know, as Wagtail does.

    Such a block is not shown, but stays in the row and in new revisions; it is there when the
    plugin that knew it runs again. Only the CMS form, which cannot show it, saves without it.
    """

    def to_python(self, value: Any) -> Any:
        stream = super().to_python(value)
        raw = json.loads(value) if isinstance(value, str) and value.startswith("[") else value
        if isinstance(raw, list):
            stream.unknown = [
                (place, block)
                for place, block in enumerate(raw)
                if isinstance(block, dict) and block["type"] not in self.child_blocks
            ]
        return stream

    def render_basic(self, value: Any, context: dict[str, Any] | None = None) -> str:
        """As it was made for earlier visitors, if it is the text of the page that is shown."""
        shown: Any = getattr(context.get("page"), "body", None) if context else None
        if context is None or shown is not value:
            return str(super().render_basic(value, context))
        return piece(context, ("body",), partial(self._made, value, context))

    def _made(self, value: Any, context: dict[str, Any]) -> str:
        """The blocks one after the other; beside a form, which is made anew, each is a piece."""
        if not any(getattr(child.block.meta, "has_form", False) for child in value):
            return str(super().render_basic(value, context))
        makers = [partial(self._framed, value, number, context) for number in range(len(value))]
        made = (piece(context, ("block", number), make) for number, make in enumerate(makers))
        return format_html_join("\n", "{}", ([each] for each in made))

    def _framed(self, value: Any, number: int, context: dict[str, Any]) -> str:
        child = value[number]
        return format_html(
            '<div class="w-block-{1} block-{1}">{0}</div>',
            child.render(context=context),
            child.block_type,
        )

    def get_prep_value(self, value: Any) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = super().get_prep_value(value)
        for place, block in getattr(value, "unknown", []):
            kept.insert(place, block)
        return kept

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        for number in range(int(data[f"{prefix}-count"])):
            name = data.get(f"{prefix}-{number}-type")
            if name not in self.child_blocks:
                message = f"There is no block of the type {name!r}."
                raise BadRequest(message)
        return super().value_from_datadict(data, files, prefix)
