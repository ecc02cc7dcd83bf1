"""Page types: one schema each, told apart by ``type``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from wissensregion.api import fields, lookup, schemas, shapes

if TYPE_CHECKING:
    from django.db.models import Model
    from ninja import Schema


@cache
def page_schemas() -> dict[str, type[Schema]]:
    """Describe every page type by its label."""
    return {label: _schema(label, model) for label, model in lookup.page_models().items()}


def any_page() -> Any:
    """Describe a page of any type the running plugins have."""
    return shapes.one_of(page_schemas().values())


def _schema(label: str, model: type[Model]) -> type[Schema]:
    """What every page says, and what the ``api_fields`` of this type promise."""
    promised = {name: shape.type for name, shape in fields.shapes_of(model).items()}
    return shapes.model(
        model.__name__,
        {name: kind for name, kind in promised.items() if name not in schemas.Page.model_fields},
        base=shapes.model(model.__name__, {"type": Literal[label]}, base=schemas.Page),
        about=model.__doc__,
    )
