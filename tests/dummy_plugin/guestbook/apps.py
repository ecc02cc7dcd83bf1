import os
from typing import ClassVar

from wissensregion.plugin import Plugin


class GuestbookPlugin(Plugin):
    """What visitors of an exhibition wrote."""

    name = "guestbook"
    url_prefix: ClassVar[str] = "guestbook/"
    # The tests try versions that do not fit.
    platform: ClassVar[str] = os.environ.get("GUESTBOOK_PLATFORM", ">=0.1,<0.2")
