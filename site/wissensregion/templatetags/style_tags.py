"""Where the styles of a page are."""

from __future__ import annotations

from django import template
from django.urls import reverse

from wissensregion import styles

register = template.Library()


@register.simple_tag
def styles_url() -> str:
    return reverse("styles", args=[styles.current().version])
