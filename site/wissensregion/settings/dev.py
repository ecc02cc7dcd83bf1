"""For work on this machine and for the demonstration."""

from wissensregion.settings import base, contacts, env
from wissensregion.settings.base import *  # noqa: F403

DEBUG = env.boolean("DEBUG", default=True)
# Whoever works on templates wants to see them.
PAGE_CACHE_MEGABYTES = env.number("PAGE_CACHE_MEGABYTES", default=0 if DEBUG else 64)
SECRET_KEY = env.secret_key(default="only-for-work-on-this-machine")
SECURITY_CONTACTS = contacts.security(default="mailto:security@example.org")
# Static files come straight from the source: nothing to collect before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
if not DEBUG:
    # A real site sends styles and scripts compressed: the storage in production.py has them so.
    MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *base.MIDDLEWARE]
SILENCED_SYSTEM_CHECKS = ["security.W008"]
# Fixed, so that links in the mailbox still work after a restart.
NEWSLETTER_TOKEN_KEYS = env.token_keys(default="dev:only-for-work-on-this-machine")
NEWSLETTER_PEPPERS = env.pepper(default="only-for-work-on-this-machine")
