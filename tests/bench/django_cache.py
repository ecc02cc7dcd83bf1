"""The site with Django's own cache instead of ours, as Django's documentation tells it."""

from tests.bench.production import *  # noqa: F403
from tests.bench.production import MIDDLEWARE as OURS

PAGE_CACHE_MEGABYTES = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *OURS,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
