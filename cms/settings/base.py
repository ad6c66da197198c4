"""Settings that every way of running shares, safe for production as they stand. No application code."""

from datetime import timedelta
from typing import Any

from cms.settings import content_security, environment, journal, places

MEGABYTE = 1024 * 1024
BASE_DIR = environment.BASE_DIR
DATA_DIR = places.data_folder((BASE_DIR / environment.text("DATA_DIR")).resolve())

SECRET_KEY = environment.text("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS")
PUBLIC_BASE_URL = (
    environment.text("PUBLIC_BASE_URL") or f"http://127.0.0.1:{environment.number('PORT')}"
).rstrip("/")
SECURITY_CONTACT = environment.text("SECURITY_CONTACT")
METRICS_TOKEN = environment.text("METRICS_TOKEN")
SIGNING_KEY = environment.text("SIGNING_KEY")
SIGNING_KEYS_RETIRED = environment.names("SIGNING_KEYS_RETIRED")
CDN_PURGE_URL = environment.text("CDN_PURGE_URL")
CDN_PURGE_TOKEN = environment.text("CDN_PURGE_TOKEN")
CDN_PURGE_KEY_HEADER = environment.text("CDN_PURGE_KEY_HEADER")
MAINTENANCE = environment.flag("MAINTENANCE")
DEMONSTRATION = False

# Applications

INSTALLED_APPS = [
    "cms",
    "cms.operations",
    "cms.portal",
    "cms.sections",
    "cms.newsroom",
    "cms.exchange",
    "cms.coverage",
    "cms.notifying",
    "search",
    # Before wagtail.snippets: its permission policy must be registered first.
    "media_library",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.contrib.typed_table_block",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "csp",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "cms.operations.requests.RequestJournal",
    "cms.operations.headers.SecurityHeaders",
    # Before whatever makes an unknown address answer as it does.
    "cms.operations.watching.Watching",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.operations.maintenance.Maintenance",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.operations.language.AddressLanguage",
    "cms.operations.addresses.PlainAddresses",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Replaces the login's answer once the limit is reached.
    "axes.middleware.AxesMiddleware",
    # Answers for every address of the admin that names a resource; knows the account by now.
    "media_library.editing.fence.AdminFence",
]
# The site's own templates for form fields come first.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# Database, cache, sessions

DATABASES = {"default": environment.database(DATA_DIR)}
REDIS_URL = environment.text("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}
    )
}
CACHES["default"]["KEY_PREFIX"] = "kho57"
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
CSRF_FAILURE_VIEW = "cms.operations.errors.csrf_failure"

# Search

ELASTICSEARCH = environment.elasticsearch()
SEARCH_ENGINE = f"search.engines.{'elasticsearch' if ELASTICSEARCH['hosts'] else 'database'}.engine"
SEARCH_MEANING = environment.flag("SEARCH_MEANING")

# Files

STORAGES = places.storages(DATA_DIR, static="whitenoise.storage.CompressedManifestStaticFilesStorage")
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media-is-not-served/"
FILES_ACCEL_PREFIX = environment.text("FILES_ACCEL_PREFIX")
# On the disk of the library, so that a finished upload is moved and not copied.
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "uploads")
FILE_UPLOAD_MAX_MEMORY_SIZE = MEGABYTE
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_LIMITS = {
    name: environment.number(f"UPLOAD_LIMIT_{name.upper()}_MB") * MEGABYTE
    for name in ("infographic", "photo", "video", "podcast", "document", "caption")
}
UPLOAD_QUOTA = environment.number("UPLOAD_QUOTA_MB") * MEGABYTE
UPLOAD_RESERVE = environment.number("UPLOAD_RESERVE_MB") * MEGABYTE
UPLOAD_EXPIRY = timedelta(days=max(1, environment.number("UPLOAD_EXPIRY_DAYS")))
# Files of other sites that an import names
FETCH_AGENT = f"Kho57 (+{PUBLIC_BASE_URL})"
FETCH_PORTS = environment.ports("FETCH_PORTS")
EARLIER_BASE_URLS = environment.names("EARLIER_BASE_URLS")
FETCH_SECONDS = environment.number("FETCH_SECONDS")
STREAMING = environment.flag("STREAMING")
TRANSCRIBE_COMMAND = environment.text("TRANSCRIBE_COMMAND")
OFFICE_COMMAND = environment.text("OFFICE_COMMAND")
DOCUMENT_PAGE_PICTURES = 40  # pages of a PDF that are shown in its page; 0 for none
RESOURCE_PREVIEWS = {
    "portal": "cms.portal.previews.resource",
    "embed": "cms.sections.previews.resource",
}

# Who knows where a withdrawn resource still stands: functions of its public id, by name (cms.notifying.serving)
WITHDRAWAL_WITNESSES = ["cms.coverage.serving.witnesses"]

# People and sign-in

AUTH_USER_MODEL = "media_library.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    # Gives accredited press its permission, as long as the accreditation holds.
    "cms.newsroom.accreditation.current.PressBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES")
# Attempts live in the cache and end with the wait: no table keeps who tried from where.
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "cms.operations.sign_in.too_many_attempts"
AXES_CLIENT_IP_CALLABLE = "cms.operations.sign_in.client_address"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# Language and time

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cms.settings.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Headers

CONTENT_SECURITY_POLICY = content_security.PUBLIC
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Wagtail

# Autosave would send a chosen file again every half second.
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAIL_SITE_NAME = "Kho 57"
WAGTAILADMIN_BASE_URL = PUBLIC_BASE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# Mail and journal

DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = "[Kho 57] "
vars().update(environment.mail())
UNSUBSCRIBE_MAIL = environment.text("UNSUBSCRIBE_MAIL")
LETTER_TIMEOUT = 20
"""Seconds in which the mail server must answer each command."""
LOGGING_CONFIG = "cms.settings.journal.configure"
LOGGING = journal.logging_settings(form=environment.text("LOG_FORMAT"), level=environment.text("LOG_LEVEL"))
