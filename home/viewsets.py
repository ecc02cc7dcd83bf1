"""The CMS screens of the site settings."""

from __future__ import annotations

from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import SiteProfile


class SiteProfileViewSet(SnippetViewSet):
    """The site settings, one per language, among the settings of the CMS."""

    model = SiteProfile
    icon = "cogs"
    add_to_settings_menu = True
    menu_order = 50
    list_display = ["organisation", "locale", "email"]
