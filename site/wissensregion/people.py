"""The people on a picture: kept as data, typed as lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

KEYS = ("name", "role", "organisation")
SEPARATOR = ";"


def to_lines(people: list[dict[str, str]]) -> str:
    """Write people as an editor types them, one a line."""
    rows = ([person.get(key, "") for key in KEYS] for person in people)
    return "\n".join(f"{SEPARATOR} ".join(row).rstrip(f"{SEPARATOR} ") for row in rows)


def from_lines(text: str) -> list[dict[str, str]]:
    """Read people as an editor types them; a line that cannot be read is named."""
    people = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(SEPARATOR)]
        if len(parts) > len(KEYS) or not parts[0]:
            raise ValidationError(
                _("Line %(number)s is not “name; role; organisation”: %(line)s"),
                params={"number": number, "line": line.strip()[:80]},
                code="people",
            )
        people.append(dict(zip(KEYS, [*parts, "", ""], strict=False)))
    return people


class PeopleFormField(forms.CharField):
    """A text area with one person a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return to_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return from_lines(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(to_lines(initial or []) != (data or ""))


class PeopleField(models.JSONField):
    """An ordered list of ``{"name", "role", "organisation"}``."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return PeopleFormField(
            label=self.verbose_name, help_text=self.help_text, required=not self.blank
        )
