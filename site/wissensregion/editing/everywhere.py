"""Gives every page type what editors find on all of them."""

from __future__ import annotations

from wagtail.models import Page, get_page_models

from wissensregion.editing.forms import PageForm
from wissensregion.editing.panels import SchedulePanel


def furnish_pages() -> None:
    """Set the form and the schedule of all page types, also of plugins from elsewhere.

    Wagtail has no setting for either. It sets the form of its own page type when it is ready
    itself, which is later; so each type gets it that has none of its own.
    """
    for model in get_page_models():
        if model is not Page and not hasattr(model, "base_form_class"):
            model.base_form_class = PageForm
    schedule, *others = Page.settings_panels
    if not isinstance(schedule, SchedulePanel):
        Page.settings_panels = [SchedulePanel(), *others]
