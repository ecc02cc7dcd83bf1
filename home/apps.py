from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from wissensregion.plugin import Plugin


class HomePlugin(Plugin):
    name = "home"
    platform: ClassVar[str] = ">=0.1,<0.2"
    unseen: ClassVar[tuple[str, ...]] = ("AccessibilityReport",)
    verbose_name = _("Home page")
