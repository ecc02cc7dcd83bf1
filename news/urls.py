"""The news' addresses that are no pages.

Those named ``sitemap…`` are told to search engines by ``robots.txt``.
"""

from __future__ import annotations

from django.urls import path

from news import views

urlpatterns = [
    path("news-sitemap.xml", views.sitemap, name="sitemap"),
    path("lists-sitemap.xml", views.lists, name="sitemap_of_lists"),
    *(
        path(f"feeds/{place}.{kind}", views.feed, {"kind": kind}, name=kind)
        for kind in ("atom", "json")
        for place in ("<slug:language>", "<slug:language>/<slug:topic>")
    ),
]
