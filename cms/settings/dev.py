"""A laptop, and ``make run``: no secret, no server, no certificate and no mail to set up."""

import contextlib
import secrets
from pathlib import Path

from cms.settings import environment, journal, places
from cms.settings.base import *  # noqa: F403
from cms.settings.base import DATA_DIR


def _own_secret(path: Path) -> str:
    """A secret of this machine, made at the first start; several processes may start at once."""
    if not path.exists():
        made = path.with_suffix(f".{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_text(encoding="ascii")


DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.text("SECRET_KEY") or _own_secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS") or ["*"]
DEMONSTRATION = environment.flag("DEMONSTRATION")
STORAGES = places.storages(DATA_DIR, static="django.contrib.staticfiles.storage.StaticFilesStorage")
# Style sheets and scripts are read where they lie: nothing to collect before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
if not environment.given("EMAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
LOGGING = journal.logging_settings(
    form=environment.text("LOG_FORMAT") if environment.given("LOG_FORMAT") else "text",
    level=environment.text("LOG_LEVEL") if environment.given("LOG_LEVEL") else "WARNING",
)
