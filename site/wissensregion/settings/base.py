"""What every start shares. Values a site may differ in come from the environment."""

import zoneinfo
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from wissensregion import plugin
from wissensregion.settings import contacts, env, policy, reporting

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

PLUGINS = plugin.named(env.text("PLUGINS", "home,news,partners,newsletter"))

INSTALLED_APPS = [
    "wissensregion",
    *PLUGINS,
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.api.v2",
    "wagtail.api.v3",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "django_tasks",
    "django_tasks_db",
    *env.tasks_apps(),
    "anymail",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]
MIDDLEWARE = [
    # Outermost, so that errors and redirects of all others have these headers too.
    "wissensregion.middleware.PolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wissensregion.middleware.PathLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wissensregion.routing.PageRoutingMiddleware",
    "wissensregion.middleware.OldAddressMiddleware",
]
ROOT_URLCONF = "wissensregion.urls"
WSGI_APPLICATION = "wissensregion.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

SITE_URL = env.site_url(default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.allowed_hosts(default=["127.0.0.1", "localhost", "[::1]"])
DATABASES = {"default": env.database(default=f"sqlite:///{VAR_DIR / 'wissensregion.sqlite3'}")}
CACHES = {"default": env.cache()}
# What readers get to see, kept by each process that serves, and how long others may keep it.
PAGE_CACHE_MEGABYTES = env.number("PAGE_CACHE_MEGABYTES", default=64)
PAGE_CACHE_SHARED_SECONDS = env.number("PAGE_CACHE_SHARED_SECONDS", default=0, most=86_400)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "wissensregion.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

globals().update(env.mail())
DEFAULT_FROM_EMAIL = env.sender(default="Wissensregion Düsseldorf <newsletter@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Sign-ups one network may make within an hour, and the proxies that name the visitor to us.
NEWSLETTER_SIGNUPS_PER_HOUR = env.number("NEWSLETTER_SIGNUPS_PER_HOUR", default=20, least=1)
NEWSLETTER_PROXIES = env.number("NEWSLETTER_PROXIES", default=0)
# How long a consent keeps the network it came from.
NEWSLETTER_NETWORK_DAYS = env.number("NEWSLETTER_NETWORK_DAYS", default=7, most=7)
# How long other things are kept; each is the longest time its reason allows, and may be less.
NEWSLETTER_LEFT_DAYS = env.number("NEWSLETTER_LEFT_DAYS", default=30, most=30)
NEWSLETTER_DELIVERY_DAYS = env.number("NEWSLETTER_DELIVERY_DAYS", default=365, least=30, most=365)
NEWSLETTER_REPORT_DAYS = env.number("NEWSLETTER_REPORT_DAYS", default=365, least=30, most=365)
NEWSLETTER_IMPORT_DAYS = env.number("NEWSLETTER_IMPORT_DAYS", default=30, least=1, most=30)
LOG_DAYS = env.number("LOG_DAYS", default=730, least=30, most=730)
TASK_DAYS = env.number("TASK_DAYS", default=14, least=2, most=14)
# Where this server keeps which calls it was permitted: outside the database, on this machine.
NEWSLETTER_STATE_DIR = Path(env.text("NEWSLETTER_STATE_DIR", str(VAR_DIR / "newsletter")))
# Calls to the mail service that one worker has in flight at once.
NEWSLETTER_LANES = env.number("NEWSLETTER_LANES", default=4, least=1)
# So long a worker may be silent in its work before others take it for dead: three calls' time.
NEWSLETTER_LEASE_SECONDS = env.number("NEWSLETTER_LEASE_SECONDS", default=100, least=5)
NEWSLETTER_UNDO_SECONDS = env.number("NEWSLETTER_UNDO_SECONDS", default=60)
NEWSLETTER_FOUR_EYES = env.boolean("NEWSLETTER_FOUR_EYES", default=False)
NEWSLETTER_LATEST_START_HOURS = env.number("NEWSLETTER_LATEST_START_HOURS", default=6, least=1)
# Whether the mail service tells us what became of mails, and how long we wait for it.
NEWSLETTER_REPORTS = bool(globals().get("ANYMAIL", {}).get("WEBHOOK_SECRET"))
# Where reports come from besides webhooks, and whom Amazon may bring them from.
NEWSLETTER_BOUNCE_MAILBOX = reporting.bounce_mailbox()
# Where probes of an issue go, and whether the mail server needs any.
NEWSLETTER_PROBE_MAILBOX = reporting.probe_mailbox()
NEWSLETTER_PROBE_ADDRESS = reporting.probe_address(NEWSLETTER_PROBE_MAILBOX)
NEWSLETTER_OWN_MAIL_SERVER = reporting.own_mail_server(globals().get("EMAIL_HOST"))
NEWSLETTER_SES_TOPICS = reporting.topics()
NEWSLETTER_RECONCILE_HOURS = env.number("NEWSLETTER_RECONCILE_HOURS", default=24, least=1)
# From so many readers on, a first small batch goes ahead alone, and so long it is waited for.
NEWSLETTER_CANARY_FROM = env.number("NEWSLETTER_CANARY_FROM", default=500, least=1)
NEWSLETTER_CANARY_SECONDS = env.number("NEWSLETTER_CANARY_SECONDS", default=600)

# The largest file of addresses taken in; a larger list comes in parts.
NEWSLETTER_IMPORT_MEGABYTES = env.number("NEWSLETTER_IMPORT_MEGABYTES", default=20, least=1)
NEWSLETTER_IMPORT_ROWS = env.number("NEWSLETTER_IMPORT_ROWS", default=200_000, least=1)

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "site" / "wissensregion" / "locale"]
FORMAT_MODULE_PATH = "wissensregion.formats"
TIME_ZONE = "Europe/Berlin"
# Debian names the machine's own zone too, which no browser knows.
WAGTAIL_USER_TIME_ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
USE_TZ = True
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
# A translation is a draft until somebody who reads the language publishes it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

globals().update(env.tasks())

WAGTAIL_SITE_NAME = "Wissensregion"
WAGTAIL_PAGE_MODEL = "wagtailcore.Page"
WAGTAIL_FINISH_WORKFLOW_ACTION = "wissensregion.four_eyes.approved.publish"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "wissensregion.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "wissensregion.forms.SiteImageForm"
WAGTAILDOCS_DOCUMENT_MODEL = "wissensregion.SiteDocument"
WAGTAILIMAGES_JPEG_QUALITY = 76
WAGTAILIMAGES_AVIF_QUALITY = 50
WAGTAILIMAGES_WEBP_QUALITY = 80
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "xlsx", "zip"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_NOTIFICATION_FROM_EMAIL = DEFAULT_FROM_EMAIL
# Who approves hears of a submission; administrators would hear of each one twice.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAILAPI_LIMIT_MAX = 100
WAGTAILAPI_SEARCH_ENABLED = False
# Front ends elsewhere whose visitors may write to the API from their browsers.
API_ORIGINS = env.origins("API_ORIGINS")
WAGTAILSEARCH_BACKENDS = {"default": env.search()}

# Whom to tell of a hole; without anybody there is no security.txt.
SECURITY_CONTACTS = contacts.security()
# No cookie beyond the editors' session; nothing a script could read.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # Wagtail's admin scripts read it.
CSRF_COOKIE_SAMESITE = "Lax"
# Wagtail makes the exception its preview needs.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PERMISSIONS_POLICY = policy.PERMISSIONS
CONTENT_SECURITY_POLICY = policy.for_readers(MEDIA_URL)
CMS_CONTENT_SECURITY_POLICY = policy.for_editors(MEDIA_URL)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "wissensregion.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Each task has a row that says how it went; a line for every mail sent would bury the rest.
    # fontTools tells of every table it cuts for a printed page.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("django_tasks", "django_tasks_db", "fontTools", "rq")
    },
}
