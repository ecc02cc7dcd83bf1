"""The terms under which pictures may be shown."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """The terms under which a picture may be shown."""

    OWN = "own", _("Own picture, all rights with us")
    GRANTED = "granted", _("Right of use granted by the author")
    PRESS = "press", _("Press picture, free for reporting")
    CC_BY = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC0 = "cc0-1.0", "CC0 1.0"

    @property
    def url(self) -> str:
        """The licence's text, where it is a public one."""
        return {
            "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
            "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
            "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
        }.get(self.value, "")
