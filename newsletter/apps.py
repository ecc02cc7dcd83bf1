from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from wissensregion.plugin import Plugin


class NewsletterPlugin(Plugin):
    name = "newsletter"
    url_prefix: ClassVar[str] = "newsletter/"
    platform: ClassVar[str] = ">=0.1,<0.2"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        super().ready()
        from newsletter import checks  # noqa: F401, PLC0415
