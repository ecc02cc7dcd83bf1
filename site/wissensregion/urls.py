"""Every address of the site: the CMS, the API, what plugins offer, and the pages last."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.api.v3.urls import api as preview
from wagtail.documents import urls as wagtaildocs_urls

from wissensregion import views
from wissensregion.api import urls as api_urls
from wissensregion.api.reference import docs
from wissensregion.api.wagtail import preview_urls, wagtail_api
from wissensregion.plugin import offer, plugins

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v1/", include(api_urls)),
    path("api/v2/", wagtail_api.urls),
    # Its own reference fetches scripts from elsewhere.
    path("api/v3-preview/docs/", docs, {"api": preview}),
    path("api/v3-preview/", preview_urls()),
    path("healthz", views.healthz),
    path("robots.txt", views.robots),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", views.sitemap_part, name="sitemap_part"),
    path("styles-<slug:version>.css", views.stylesheet, name="styles"),
    path("favicon.ico", views.favicon),
    path(".well-known/security.txt", views.security_txt),
    *(
        path(plugin.url_prefix, include((urls, plugin.label), namespace=plugin.label))
        for plugin in plugins()
        if (urls := offer(plugin, "urls", "urlpatterns"))
    ),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # German has no prefix, so that the first address of the site is its first language.
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]
