"""Gives every page type what editors find on all of them."""

from __future__ import annotations

from django.db import models
from wagtail.admin.forms.models import register_form_field_override
from wagtail.models import Page, get_page_models

from wissensregion.dates import DayInput, MomentInput
from wissensregion.editing.forms import PageForm
from wissensregion.editing.panels import SchedulePanel
from wissensregion.four_eyes.permissions import permissions_for_user


def furnish_pages() -> None:
    """Set the form, the rights and the schedule of all page types, also of plugins from elsewhere.

    Wagtail has no setting for these. It sets the form of its own page type when it is ready
    itself, which is later; so each type gets it that has none of its own.
    """
    for model in get_page_models():
        if model is Page:
            continue
        if not hasattr(model, "base_form_class"):
            model.base_form_class = PageForm
        # Wagtail asks the page's own type where that has an answer of its own.
        if model.permissions_for_user is Page.permissions_for_user:
            model.permissions_for_user = permissions_for_user
    schedule, *others = Page.settings_panels
    if not isinstance(schedule, SchedulePanel):
        Page.settings_panels = [SchedulePanel(), *others]


def let_dates_speak() -> None:
    """Have every form of the CMS show days and moments as its reader's language writes them."""
    register_form_field_override(models.DateField, override={"widget": DayInput})
    register_form_field_override(models.DateTimeField, override={"widget": MomentInput})
