"""The door for a web server: ``aanwezig.web.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aanwezig.web.settings.production")
application = get_wsgi_application()
