"""What holds for every installation. ``production``, ``demo`` and ``test`` import this and add their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

WEB = Path(__file__).resolve().parents[1]

ROOT_URLCONF = "aanwezig.web.urls"
WSGI_APPLICATION = "aanwezig.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SITE_ID = None

INSTALLED_APPS = [
    "aanwezig.web.design",
    "aanwezig.web.accounts",
    "aanwezig.web.organisations",
    "aanwezig.web.access",
    "aanwezig.web.audit",
    "aanwezig.web.facts",
    "aanwezig.web.results",
    "aanwezig.web.definitions",
    "aanwezig.web.duties",
    "aanwezig.web.schools",
    "aanwezig.web.calendars",
    "aanwezig.web.upkeep",
    "aanwezig.web.pupils",
    "aanwezig.web.signals",
    "aanwezig.web.today",
    "aanwezig.web.imports",
    "aanwezig.web.worklist",
    "aanwezig.web.search",
    "aanwezig.web.exports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Staff without a second factor are led to set one up; nothing else opens. Stands before the actor's, so that
    # it also comes before the page that refuses; the actor is known by then.
    "aanwezig.web.accounts.middleware.SecondFactorMiddleware",
    # Who acts, with which roles; nobody without a session gets past it except on the open addresses.
    "aanwezig.web.access.middleware.ActorMiddleware",
    "aanwezig.web.accounts.middleware.IdleMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aanwezig.web.design.context.page",
            ],
        },
    }
]
FORM_RENDERER = "aanwezig.web.design.forms.Renderer"

# Texts and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
USE_THOUSAND_SEPARATOR = True

# Accounts
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Who tries too often waits: per account 5 wrong tries in a quarter of an hour, per address of the network more,
# because a whole school shares one.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/900s/key",
    "reset_password": "20/m/ip,3/900s/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "aanwezig.web.accounts.forms.SignInForm",
    "reset_password": "aanwezig.web.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "aanwezig.web.accounts.forms.NewPasswordForm",
    "change_password": "aanwezig.web.accounts.forms.ChangePasswordForm",
    "set_password": "aanwezig.web.accounts.forms.SetPasswordForm",
    "reauthenticate": "aanwezig.web.accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "aanwezig.web.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "aanwezig.web.accounts.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Aanwezig"
MFA_ADAPTER = "aanwezig.web.accounts.adapters.SecondFactorAdapter"
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# An invitation went to the address: there is nothing left to verify.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "aanwezig.web.accounts.forms.CodeForm",
    "reauthenticate": "aanwezig.web.accounts.forms.CodeAgainForm",
    "activate_totp": "aanwezig.web.accounts.forms.FirstCodeForm",
}
# "said": a second factor at the provider counts when its token says so; "own": never; "always": it is known to ask.
OIDC_SECOND_FACTOR = "said"
# Our own middleware notes the last visit once a minute instead of writing at every request.
USERSESSIONS_TRACK_ACTIVITY = False

# Sessions end with the browser and after idle time; each request renews it.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Work in the background: kept in the same database, so that it is part of the transaction that asks for it.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}

# No free text, name or number of a child goes to a log: only addresses' names, codes and times.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"aanwezig": {"level": "INFO"}},
}
