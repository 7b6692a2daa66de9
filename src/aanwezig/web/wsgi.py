"""The door for a web server: ``aanwezig.web.wsgi:application``."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aanwezig.web.settings.production")
application = get_wsgi_application()
# What is loaded now stays: all views with what they need. Looking through it for garbage again and again would take a
# fifth of the time of a page with many rows.
_views = get_resolver().url_patterns
gc.collect()
gc.freeze()
