"""Builds the stock site in a new database and prints the CPU seconds of its page."""

from __future__ import annotations

import sys
from datetime import date
from io import BytesIO

import django
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from PIL import Image as Picture

from tests.bench import words
from tests.bench.asking import Asker

ADDRESS = "/aktuelles/meldung/"


def main() -> None:
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    build()
    seconds = Asker(get_wsgi_application(), "testserver").seconds(ADDRESS)
    sys.stdout.write(f"{seconds}\n")


def build() -> None:
    from wagtail.images.models import Image  # noqa: PLC0415 - Django must stand before
    from wagtail.models import Page, Site  # noqa: PLC0415

    from tests.bench.stock.models import StockPage  # noqa: PLC0415

    file = BytesIO()
    Picture.new("RGB", (1200, 800), "teal").save(file, "JPEG")
    photo = Image.objects.create(
        title="Foto", description="Eine Brücke", file=ImageFile(file, name="foto.jpg")
    )
    root = Site.objects.get(is_default_site=True).root_page
    plain = {"summary": "Was am Rhein geschah.", "date": date(2026, 11, 30), "photo": photo}
    for number in range(5):
        page = Page(title=f"Menü {number}", slug=f"menue-{number}", show_in_menus=True)
        root.add_child(instance=page)
    index = root.add_child(instance=Page(title="Aktuelles", slug="aktuelles", show_in_menus=True))
    story = StockPage(title="Meldung", slug="meldung", body=words.body(index.pk), **plain)
    index.add_child(instance=story)


if __name__ == "__main__":
    main()
