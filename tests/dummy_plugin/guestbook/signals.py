"""Is imported when the plugin starts; the tests break it on purpose."""

import os

if os.environ.get("GUESTBOOK_BROKEN"):
    import a_module_nobody_installed  # noqa: F401
