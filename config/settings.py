"""All settings of Sitelight, read from the environment only in this file.

Each variable is documented in `.env.example`.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config.localdb.settings import configured_folder, data_folder, database

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# Hosts, HTTPS and secrets
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = data_folder(env)
CONFIGURED_DATA_DIR = configured_folder(env)
SECRET_KEY_FILE = DATA_DIR / "secret_key"  # written by `./run`, so that commands use the same key
INSECURE_DEFAULT_KEY = "insecure-key-of-commands-that-serve-nobody"  # rejected by check --deploy


def _stored_secret_key() -> str:
    try:
        return SECRET_KEY_FILE.read_text()
    except OSError:
        return ""


SECRET_KEY = env.str("SECRET_KEY", default="") or _stored_secret_key() or INSECURE_DEFAULT_KEY
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PORT = env.int("PORT", default=8000)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "accounts.drafts.views.csrf_failure"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # number of proxies that set X-Forwarded-For
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
#: Tiles behind the maps that can be zoomed, {z}/{x}/{y}; unset: the shapes of countries, and no request leaves.
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")
MAP_TILES_ATTRIBUTION = env.str("MAP_TILES_ATTRIBUTION", default="")
_TILES = urlsplit(MAP_TILES_URL)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([f"{_TILES.scheme}://{_TILES.netloc}"] if MAP_TILES_URL else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Apps, in the order of imports: an app may import only those after it.
SITELIGHT_APPS = [
    "demo", "api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials", "common", "history",
]  # fmt: skip
INSTALLED_APPS = [
    *SITELIGHT_APPS,
    "accounts.admin_config.SitelightAdminConfig",  # django.contrib.admin with the login page of accounts
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "csp",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "config.request_logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PageCompressionMiddleware",
    "config.languages.LanguageMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.AddressLengthMiddleware",
    "config.middleware.TrackingParametersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "common.middleware.ComposedTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.drafts.middleware.DraftMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "common.middleware.ControlCharactersMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "history.middleware.AuthorMiddleware",
    "work.middleware.EvaluateFindingsMiddleware",
]
LONGEST_ADDRESS = 4_000  # characters of path and query; proxies usually limit to about 8,000
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Database and cache
DATABASES = {"default": database(env)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Counts sign-in attempts across all workers and machines (docs/decisions/0009)
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attempts",  # created by a migration
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Authentication
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.NameBackend",
    "accounts.backends.NameOrMailBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/work/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.InviteOnlyAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Not allauth's generator, which stores an e-mail address when a link is opened; both depend on the user's address
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Sitelight: "
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Rate limits. login_failed counts wrong passwords by user name and IP address, login_failed_everywhere by name only
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_everywhere": "30/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_by_mail": "30/m/ip",
}

# Multi-factor authentication: TOTP, passkeys, recovery codes
SECOND_FACTOR_DEMANDED = env.bool("SECOND_FACTOR_DEMANDED", default=not DEBUG)
SECOND_FACTOR_IS_SETTLED = "SECOND_FACTOR_DEMANDED" in env  # else ./run does not require it in the demo
MFA_ADAPTER = "accounts.mfa.EncryptedSecretsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Sitelight"
MFA_TOTP_TOLERANCE = 1  # clock skew: the previous and the next code are valid too, each once
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no self-registration: administrators enter the address
MFA_FORMS = {
    "authenticate": "accounts.forms.MfaLoginForm",
    "reauthenticate": "accounts.forms.MfaReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTotpForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}

# OpenID Connect: single sign-on for users with an existing account
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_NAME = env.str("OIDC_NAME", default="your organization")
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.ExistingUsersOnlyAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: form-action blocks a form that redirects to another host
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_SERVER_URL
        else []
    }
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.PartnerKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(days=env.int("PARTNER_KEY_DAYS", default=365)),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sitelight API",
    "DESCRIPTION": "Recruitment status of every site of multicentre trials. Read-only; requires a partner's API key.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "OverallStatusEnum": "trials.choices.OverallStatus",
        "AgencyClassEnum": "trials.choices.AgencyClass",
        "DateTypeEnum": "trials.choices.DateType",
        "SiteStatusEnum": "sites.choices.SiteStatus",
    },
}

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]  # of public pages; the first has no prefix (docs/languages.md)
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
DATE_ORDER = env.str("DATE_ORDER", default="ask")  # of 03/04/2026: dmy, mdy, or ask the user
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True

# Static files and uploads
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a trial form with all its inlines

# Mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 30  # seconds
CONFIRM_BY_MAIL = env.bool("CONFIRM_BY_MAIL", default=True)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{PORT}")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="sitelight@localhost")

# ClinicalTrials.gov
CTGOV_API_URL = env.str("CTGOV_API_URL", default="https://clinicaltrials.gov/api/v2")
CTGOV_SYNC = env.bool("CTGOV_SYNC", default=False)
CTGOV_PAUSE_SECONDS = env.float("CTGOV_PAUSE_SECONDS", default=1.0)
IMPORT_UPLOAD_MAX_MB = env.int("IMPORT_UPLOAD_MAX_MB", default=50)
IMPORT_UPLOAD_MAX_UNPACKED_MB = env.int("IMPORT_UPLOAD_MAX_UNPACKED_MB", default=200)

# Deadlines in days (sources: docs/rules.md)
CONFIRMATION_DUE_DAYS = env.int("CONFIRMATION_DUE_DAYS", default=30)
CONFIRMATION_AMBER_DAYS = env.int("CONFIRMATION_AMBER_DAYS", default=90)
CONFIRMATION_RED_DAYS = env.int("CONFIRMATION_RED_DAYS", default=180)
ENROLLMENT_REPORT_DUE_DAYS = env.int("ENROLLMENT_REPORT_DUE_DAYS", default=10)
STATUS_DUE_DAYS = env.int("STATUS_DUE_DAYS", default=30)
STATUS_DUE_DAYS_EU = env.int("STATUS_DUE_DAYS_EU", default=15)

# Public reports: how many one IP address may send per hour
REPORTS_PER_HOUR = env.int("REPORTS_PER_HOUR", default=5)

# Limits of uploaded spreadsheets (common/spreadsheets)
SPREADSHEET_LIMITS = {
    "megabytes": env.int("SPREADSHEET_MAX_MB", default=5),
    "unpacked_megabytes": env.int("SPREADSHEET_MAX_UNPACKED_MB", default=30),
    "cells": env.int("SPREADSHEET_MAX_CELLS", default=250_000),
    "styles": env.int("SPREADSHEET_MAX_STYLES", default=20_000),
    "strings": env.int("SPREADSHEET_MAX_STRINGS", default=250_000),
    "seconds": env.int("SPREADSHEET_SECONDS", default=10),
    "memory_megabytes": env.int("SPREADSHEET_MEMORY_MB", default=512),
}

# Logs
LOG_FORMAT = env.str("LOG_FORMAT", default="text" if DEBUG else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "config.request_logging.RequestFilter"}},
    "formatters": {
        "json": {"()": "config.request_logging.JsonFormatter"},
        "text": {"()": "config.request_logging.TextFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": LOG_FORMAT}},
    "loggers": {
        "sitelight.request": {"level": "INFO"},
        "django": {"handlers": []},  # else Django's handlers write its records a second time
        "django.request": {"level": "ERROR"},  # the line of the request has the status of a client error
        "django.server": {"level": "ERROR", "handlers": [], "propagate": True},  # its own lines of requests
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
