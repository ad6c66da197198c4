"""Tests: as production where that can be, quick where it must be; files in a folder of each process."""

import atexit
import shutil
import tempfile
from pathlib import Path

from cms.settings import environment, journal, places
from cms.settings.base import *  # noqa: F403
from cms.settings.base import DATABASES

DATA_DIR = places.data_folder(Path(tempfile.mkdtemp(prefix="kho57-test-")))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
STORAGES = places.storages(DATA_DIR, static="django.contrib.staticfiles.storage.StaticFilesStorage")
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "uploads")

SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 4
ALLOWED_HOSTS = ["*"]
DEMONSTRATION = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests sign in without a request; those of the throttle switch it on.
AXES_ENABLED = False
SILENCED_SYSTEM_CHECKS = ["axes.W001"]  # that the cache is of one process is what tests want
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = journal.logging_settings(form="text", level="WARNING")

# Ladders of films take long; tests that mean them switch them on.
STREAMING = False

# The embedded engine answers; those tests that mean Elasticsearch name it.
SEARCH_ENGINE = "search.engines.database.engine"
# Words alone find, unless a test means the meaning.
SEARCH_MEANING = False

if not environment.given("REDIS_URL"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if not environment.given("DATABASE_URL"):
    # A file, as in a run: in memory SQLite locks by other rules, which threads would never meet.
    DATABASES["default"] = environment.sqlite(DATA_DIR / "unused.sqlite3", synchronous="OFF")
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
