"""For the tests: SQLite, or PostgreSQL by AANWEZIG_TEST_DATABASE; jobs are noted, not run: tests run what they need."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from aanwezig.web.settings.base import *  # noqa: F403
from aanwezig.web.settings.base import SOCIALACCOUNT_PROVIDERS
from aanwezig.web.settings.environment import postgresql, sqlite

DEMO = False
DEBUG = False
# The page with every component; the browser tests look at it.
SHOW_DESIGN = True
SECRET_KEY = "only for tests " * 4
FIELD_KEY = "ZmFrZS1rZXktb25seS1mb3ItdGhlLXRlc3RzLTEyMzQ="
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
_url = os.environ.get("AANWEZIG_TEST_DATABASE", "")
# A file, not memory: the browser tests serve from another thread.
_folder = Path(tempfile.gettempdir()) / f"aanwezig-test-{os.getpid()}"
# Never ":memory:": a live server that starts before the database is made would share the connection of the tests.
DATABASES = {"default": postgresql(_url) if _url else sqlite(_folder / "none.sqlite3")}
if _url:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
else:
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    _folder.mkdir(exist_ok=True)
DATA_FOLDER = _folder
MEDIA_ROOT = _folder / "files"
STATIC_ROOT = _folder / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "aanwezig@example.org"
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default"]}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
    "OAUTH_PKCE_ENABLED": True,
    "APPS": [
        {
            "provider_id": "school",
            "name": "School",
            "client_id": "aanwezig",
            "secret": "only for tests",
            "settings": {"server_url": os.environ.get("AANWEZIG_TEST_OIDC", "http://localhost:9/")},
        }
    ],
}
