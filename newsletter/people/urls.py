"""The office's addresses within the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, re_path

from newsletter.people.views import exports, imports, listing, looks, person, statistics

if TYPE_CHECKING:
    from django.urls import URLPattern

ONE = r"^newsletter/people/(?P<kind>subscriber|request)/(?P<pk>[0-9]{1,18})/"

urlpatterns: list[URLPattern] = [
    path("newsletter/people/", listing.PeopleView.as_view(), name="newsletter_people"),
    path("newsletter/people/search/", listing.search, name="newsletter_people_search"),
    path("newsletter/people/unmask/", listing.unmask, name="newsletter_people_unmask"),
    path("newsletter/people/mask/", listing.mask, name="newsletter_people_mask"),
    re_path(rf"{ONE}$", person.person, name="newsletter_person"),
    re_path(rf"{ONE}export/$", person.export, name="newsletter_person_export"),
    re_path(rf"{ONE}proof\.(?P<form>pdf|json)$", person.proof, name="newsletter_person_proof"),
    re_path(rf"{ONE}erase/$", person.erase, name="newsletter_person_erase"),
    path("newsletter/statistics/", statistics.statistics, name="newsletter_statistics"),
    path("newsletter/people/looks/", looks.LooksView.as_view(), name="newsletter_looks"),
    path("newsletter/people/export/", exports.export, name="newsletter_export"),
    path("newsletter/imports/", imports.imports, name="newsletter_imports"),
    path("newsletter/imports/new/", imports.upload, name="newsletter_import_upload"),
    path("newsletter/imports/<int:pk>/", imports.show, name="newsletter_import"),
    path("newsletter/imports/<int:pk>/columns/", imports.columns, name="newsletter_import_columns"),
    path("newsletter/imports/<int:pk>/left-out/", imports.errors, name="newsletter_import_errors"),
    re_path(
        r"^newsletter/imports/(?P<pk>[0-9]{1,18})/(?P<verb>start|undo|discard)/$",
        imports.act,
        name="newsletter_import_act",
    ),
]
