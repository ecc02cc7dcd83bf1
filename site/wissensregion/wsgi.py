"""The door for web servers, e.g. ``granian --interface wsgi wissensregion.wsgi:application``."""

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from wissensregion import tidying

tidying.seldom()
application = get_wsgi_application()
# Named and not imported above, because its models can be loaded only once Django stands.
application = import_string("wissensregion.cache.site.cached")(application)
