"""Whom partners speak to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom the campaign speaks to."""

    STUDY = "study", _("Study")
    RESEARCH = "research", _("Research")
    WORK = "work", _("Work")
    LIVING = "living", _("Living")


class AudiencesField(models.JSONField):
    """A list of audiences, ticked in a form and kept in the order of ``Audience``.

    Values, not words: the list is the same in every locale, so that translations
    follow their source without a segment.
    """

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.TypedMultipleChoiceField(
            label=self.verbose_name,
            help_text=self.help_text,
            required=not self.blank,
            choices=Audience.choices,
            coerce=str,
            empty_value=[],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        chosen = set(super().clean(value, model_instance) or [])
        return [audience.value for audience in Audience if audience in chosen]


def labels(audiences: list[str]) -> list[str]:
    return [str(audience.label) for audience in Audience if audience in audiences]
