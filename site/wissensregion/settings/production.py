"""For a site that visitors reach: nothing secret has a default, everything speaks https."""

from urllib.parse import urlsplit

from wissensregion.settings import env
from wissensregion.settings.base import *  # noqa: F403

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret_key()
SITE_URL = env.site_url(default=env.required("SITE_URL", "https://www.example.org"))
WAGTAILADMIN_BASE_URL = SITE_URL
ALLOWED_HOSTS = env.allowed_hosts(default=[urlsplit(SITE_URL).hostname or ""])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DEFAULT_FROM_EMAIL = env.sender(
    default=env.required("DEFAULT_FROM_EMAIL", '"Wissensregion <newsletter@example.org>"')
)
# Apart from SECRET_KEY: a new one there must not break the links in mails already sent.
NEWSLETTER_TOKEN_KEYS = env.token_keys()
NEWSLETTER_PEPPERS = env.pepper()
NEWSLETTER_PROXIES = env.number("NEWSLETTER_PROXIES", default=1)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# A one-click POST must never meet a redirect (RFC 8058, 3.1); a load balancer asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^newsletter/one-click/", r"^healthz$"]
