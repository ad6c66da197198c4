"""A real site. It refuses to start rather than run open, and says everything that is to be set at once."""

from django.core.exceptions import ImproperlyConfigured

from cms.settings import environment
from cms.settings.base import *  # noqa: F403
from cms.settings.base import ALLOWED_HOSTS, DATABASES, METRICS_TOKEN, PUBLIC_BASE_URL, SECRET_KEY

_LENGTH, _VARIETY, _TOKEN_LENGTH = 50, 12, 32
_WEAK = len(SECRET_KEY) < _LENGTH or len(set(SECRET_KEY)) < _VARIETY or "insecure" in SECRET_KEY
_PLAIN = not PUBLIC_BASE_URL.startswith("https://")
_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
_REFUSALS = {
    "SECRET_KEY is missing or weak: set 50 random characters or more, made by "
    'python3 -c "import secrets; print(secrets.token_urlsafe(64))".': _WEAK,
    "DEBUG is on: it shows settings and data to visitors. Remove it.": environment.flag("DEBUG"),
    "ALLOWED_HOSTS is missing: name the hosts of this site, by comma.": not ALLOWED_HOSTS,
    "ALLOWED_HOSTS contains *: name the hosts of this site instead.": "*" in ALLOWED_HOSTS,
    "PUBLIC_BASE_URL is missing or not https: set the site's https:// address.": _PLAIN,
    "The database is SQLite: set DATABASE_URL to PostgreSQL, or ALLOW_SQLITE=yes if one machine and a small "
    "library are what you want.": _SQLITE and not environment.flag("ALLOW_SQLITE"),
    "DEMONSTRATION is on: its accounts have a known password. Remove it.": environment.given("DEMONSTRATION")
    and environment.flag("DEMONSTRATION"),
    "METRICS_TOKEN is weak: set 32 random characters or more, or remove it.": 0
    < len(METRICS_TOKEN)
    < _TOKEN_LENGTH,
}
if _REFUSED := [sentence for sentence, holds in _REFUSALS.items() if holds]:
    raise ImproperlyConfigured("Kho 57 does not start:\n- " + "\n- ".join(_REFUSED))

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
