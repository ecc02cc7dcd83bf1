"""The product as the crash tests' workers run it: one lane, no minute to think, no real service.

Where the database is, which service is called and what is kept outside stands in each order.
"""

from wissensregion.settings.dev import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Models:
    """Says of every app that it has no migrations: the tables are made of the models."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


# Migrations are tested elsewhere, and take ten times as long.
MIGRATION_MODULES = Models()
EMAIL_BACKEND = "anymail.backends.brevo.EmailBackend"
REPORTER = "reports:only-for-tests-only-for-tests"
ANYMAIL = {
    "BREVO_API_KEY": "only-for-tests",
    "WEBHOOK_SECRET": REPORTER,
    "REQUESTS_TIMEOUT": (2, 30),
}
NEWSLETTER_REPORTS = True
NEWSLETTER_LANES = 1
NEWSLETTER_UNDO_SECONDS = 0
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
