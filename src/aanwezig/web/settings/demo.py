"""A made-up partnership on one's own computer: no mail, no https, named users on the sign-in page."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from aanwezig.web.settings.base import *  # noqa: F403
from aanwezig.web.settings.environment import sqlite

DEMO = True
DEBUG = False
DATA_FOLDER = Path(os.environ.get("AANWEZIG_DEMO_FOLDER", "demo")).absolute()
# Only made-up children, only on this computer: the key need not be a secret, but must stay the same.
SECRET_KEY = hashlib.sha256(f"demo {DATA_FOLDER}".encode()).hexdigest()
FIELD_KEY = ""
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DATABASES = {"default": sqlite(DATA_FOLDER / "demo.sqlite3")}
MEDIA_ROOT = DATA_FOLDER / "files"
STATIC_ROOT = DATA_FOLDER / "static"
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = "aanwezig@localhost"
