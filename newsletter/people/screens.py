"""What every screen of the office stands in: its title and the way back."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def screen(title: str, *above: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return the frame of a screen; ``above`` are names of URLs with what they are called."""
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    items += [{"url": reverse(name), "label": label} for name, label in above]
    items.append({"url": "", "label": title})
    return {"page_title": title, "header_title": title, "breadcrumbs_items": items, **more}
