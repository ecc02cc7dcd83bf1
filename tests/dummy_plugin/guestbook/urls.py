"""The public addresses of the guest book."""

from django.urls import path

from guestbook.views import entries

urlpatterns = [path("", entries, name="entries")]
