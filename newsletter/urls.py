"""The newsletter's public addresses, each with and without its last slash.

A POST must never be redirected to the other of the two: mail programmes do not follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path

from newsletter.feedback import webhooks
from newsletter.subscriptions import views

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.urls import URLPattern


def both(route: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    return [path(f"{route}/", view, name=name), path(route, view)]


urlpatterns = [
    *both("subscribe", views.subscribe, "subscribe"),
    *both("confirm/<str:token>", views.confirm, "confirm"),
    *both("unsubscribe/<str:token>", views.unsubscribe, "unsubscribe"),
    *both("one-click/<str:token>", views.one_click, "one_click"),
    *both("preferences/<str:token>", views.preferences, "preferences"),
    *both("settings", views.settings, "settings"),
    *both("settings/<str:token>", views.access, "access"),
    *both("erase/<str:token>", views.erase, "erase"),
    *webhooks.urlpatterns(),
]
