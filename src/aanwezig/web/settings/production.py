"""An installation for real use, set by environment variables (docs/installation.md)."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from aanwezig.web.settings.base import *  # noqa: F403
from aanwezig.web.settings.base import CONTENT_SECURITY_POLICY, SOCIALACCOUNT_PROVIDERS
from aanwezig.web.settings.environment import read_environment

ENVIRONMENT = read_environment()

DEBUG = False
DEMO = False
SECRET_KEY = ENVIRONMENT.secret_key
FIELD_KEY = ENVIRONMENT.field_key
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
DATABASES = ENVIRONMENT.databases()
DATA_FOLDER = ENVIRONMENT.data
MEDIA_ROOT = ENVIRONMENT.data / "files"
STATIC_ROOT = ENVIRONMENT.data / "static"
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_AGE = ENVIRONMENT.session_minutes * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
if ENVIRONMENT.proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENVIRONMENT.https else "http"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ENVIRONMENT.hosts if not host.startswith(".")]

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from
if ENVIRONMENT.email_url:
    _mail = urlsplit(ENVIRONMENT.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

if ENVIRONMENT.oidc_server:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "school",
                "name": ENVIRONMENT.oidc_name or "OIDC",
                "client_id": ENVIRONMENT.oidc_client,
                "secret": ENVIRONMENT.oidc_secret,
                "settings": {
                    "server_url": ENVIRONMENT.oidc_server,
                    "verified_email": ENVIRONMENT.oidc_addresses_verified,
                },
            }
        ],
    }
    OIDC_SECOND_FACTOR = ENVIRONMENT.oidc_second_factor
    # The browser is sent on to the provider after a form of ours.
    _origin = urlsplit(ENVIRONMENT.oidc_server)
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(f"{_origin.scheme}://{_origin.netloc}")
