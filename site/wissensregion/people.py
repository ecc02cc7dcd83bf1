"""The people on a picture: kept as data, typed as lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What readers see of a person, and what only the office knows: the days of the consent.
KEYS = ("name", "role", "organisation")
DAYS = ("consent_given", "consent_ends")
SEPARATOR = ";"
# Two ways nobody can mistake one for the other, whatever the language of the CMS.
TYPED = ["%d.%m.%Y", "%Y-%m-%d"]


def to_lines(people: list[dict[str, str]]) -> str:
    """Write people as an editor types them, one a line."""
    rows = (
        [person.get(key, "") for key in KEYS] + [_typed(person.get(key, "")) for key in DAYS]
        for person in people
    )
    return "\n".join(f"{SEPARATOR} ".join(row).rstrip(f"{SEPARATOR} ") for row in rows)


def from_lines(text: str) -> list[dict[str, str]]:
    """Read people as an editor types them; a line that cannot be read is named."""
    people = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(SEPARATOR)]
        if len(parts) > len(KEYS + DAYS) or not parts[0]:
            raise ValidationError(
                _(
                    "Line %(number)s is not “name; role; organisation; consent given on; "
                    "consent ends on”: %(line)s"
                ),
                params={"number": number, "line": line.strip()[:80]},
                code="people",
            )
        person = dict(zip(KEYS, [*parts[: len(KEYS)], "", ""], strict=False))
        days = zip(DAYS, parts[len(KEYS) :], strict=False)
        people.append(person | {key: _read(day, number) for key, day in days if day})
    return people


def consents(people: Iterable[Mapping[str, str]]) -> Iterator[date]:
    """The days from which the people on a picture do not want to be shown any more."""
    ends = (parse_date(person.get("consent_ends") or "") for person in people)
    return (day for day in ends if day)


def _typed(day: str) -> str:
    return str(formats.localize_input(parsed)) if (parsed := parse_date(day)) else day


def _read(day: str, number: int) -> str:
    """The day as it is kept."""
    try:
        read: date = forms.DateField(input_formats=TYPED).clean(day)
    except ValidationError as error:
        raise ValidationError(
            _("Line %(number)s: “%(day)s” is no day. Write it like this: %(example)s"),
            params={
                "number": number,
                "day": day[:40],
                "example": formats.localize_input(date(2027, 12, 31)),
            },
            code="people",
        ) from error
    return read.isoformat()


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
    """An ordered list of ``{"name", "role", "organisation"}`` and the days of their consent."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return PeopleFormField(
            label=capfirst(self.verbose_name), help_text=self.help_text, required=not self.blank
        )
