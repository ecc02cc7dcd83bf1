"""What a copy does not take over from its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.models import Page

    from wissensregion.models import User

# What was planned for the model is nobody's plan for the copy.
PLANS = ("go_live_at", "expire_at")


def begin_anew(copied: Page, user: User) -> None:
    """Take plans away from copied pages, and give them as new what their types say is new.

    A page type names such fields in ``new_in_copy``; they take their default, a date that of today.
    A translation is no copy: it keeps the date of what it translates.
    """
    for page in copied.get_descendants(inclusive=True).specific():
        fresh = (page._meta.get_field(name) for name in getattr(page, "new_in_copy", ()))
        values = {**dict.fromkeys(PLANS), **{field.name: field.get_default() for field in fresh}}
        type(page)._default_manager.filter(pk=page.pk).update(**values)  # noqa: SLF001
        draft = page.get_latest_revision_as_object()
        for name, value in values.items():
            setattr(draft, name, value)
        latest = page.latest_revision
        draft.save_revision(user=user, clean=False, overwrite_revision=latest)
