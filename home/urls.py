"""The site's addresses that are no pages, each with and without its last slash.

A POST must never be redirected to the other of the two: it would lose what was written.
"""

from __future__ import annotations

from django.urls import path

from home import views

urlpatterns = [
    path("accessibility-report/", views.report, name="accessibility_report"),
    path("accessibility-report", views.report),
    path("<str:language>.webmanifest", views.manifest, name="manifest"),
]
