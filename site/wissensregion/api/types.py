"""Page types: one schema each, told apart by ``type``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from wissensregion.api import fields, lookup, schemas, shapes

if TYPE_CHECKING:
    from ninja import Schema
    from wagtail.models import Page


@cache
def schema(model: type[Page]) -> type[Schema]:
    """Describe a page type: what every page says, and what its ``api_fields`` promise."""
    own = {name: shape.type for name, shape in fields.shapes_of(model).items()}
    common = schemas.Page.model_fields.keys() & own.keys()
    return shapes.model(
        model.__name__,
        {name: kind for name, kind in own.items() if name not in common},
        base=shapes.model(model.__name__, {"type": Literal[model._meta.label]}, base=schemas.Page),
        about=model.__doc__,
    )


@cache
def any_page() -> Any:
    """Describe a page of any type the running plugins have."""
    return shapes.one_of(schema(model) for model in lookup.page_models().values())
