"""The door for web servers, e.g. ``granian --interface wsgi wissensregion.wsgi:application``."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
