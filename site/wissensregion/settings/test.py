"""For the tests: hermetic, fast, and like production in what visitors see."""

from wissensregion.settings import env, stores
from wissensregion.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
SITE_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = SITE_URL
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": env.database(default="sqlite://:memory:")}
SECURITY_CONTACTS = ["mailto:security@example.org", "https://www.example.org/security/"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Wissensregion Düsseldorf <newsletter@example.org>"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
        "QUEUES": stores.QUEUES,
    }
}
NEWSLETTER_TOKEN_KEYS = [("test", "only-for-tests")]
NEWSLETTER_PEPPERS = [("test", "only-for-tests")]
# One thread, one connection: the tests' transaction is nobody else's.
NEWSLETTER_LANES = 1
NEWSLETTER_UNDO_SECONDS = 0
LOGGING = {"version": 1, "disable_existing_loggers": False}
# Static files come straight from the source, as in development.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
