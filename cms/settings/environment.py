"""The one place that reads the process environment. Each variable is declared here, with its meaning.

``python -m cms.settings.environment`` prints ``.env.example`` from these declarations; a test holds the
file to them. A file ``.env`` beside ``manage.py`` is read too; what the process was started with wins.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Variable:
    """One variable: its type is that of its default; the example is what an operator might write."""

    name: str
    default: str | bool | int | list[str]
    meaning: str
    example: str = ""


VARIABLES = (
    Variable("DATA_DIR", "var", "Folder for everything a run writes: database, files, feeds."),
    Variable("PORT", 8000, "Port of the site; the example agency's own site takes the next one."),
    Variable(
        "PUBLIC_BASE_URL",
        "",
        "Address of the site as the public types it: feeds, embeds and mails carry it.",
        "https://kho57.example.vn",
    ),
    Variable(
        "EARLIER_BASE_URLS",
        [],
        "Addresses the site had before, by comma: pages of agencies that still carry them count.",
        "https://kho.example.vn",
    ),
    Variable(
        "SECRET_KEY", "", "Signs sessions and links: 50 random characters or more. Production needs it."
    ),
    Variable("DEBUG", False, "Technical error pages. Refused in production."),
    Variable("ALLOWED_HOSTS", [], "Host names, by comma. Production needs it.", "kho57.example.vn"),
    Variable(
        "DATABASE_URL",
        "",
        "PostgreSQL; without it a SQLite file under DATA_DIR.",
        "postgres://kho57:password@127.0.0.1:5432/kho57",
    ),
    Variable("ALLOW_SQLITE", False, "Yes lets production run on SQLite: one machine, a small library."),
    Variable(
        "REDIS_URL",
        "",
        "Cache and sessions in Redis; without it they lie in the database.",
        "redis://127.0.0.1:6379/0",
    ),
    Variable(
        "ELASTICSEARCH_URL",
        "",
        "Search by Elasticsearch 8 (several nodes by comma); without it the embedded engine answers.",
        "https://es1.example.vn:9200,https://es2.example.vn:9200",
    ),
    Variable("ELASTICSEARCH_API_KEY", "", "Key to Elasticsearch; or the two that follow."),
    Variable("ELASTICSEARCH_USERNAME", "", "Account at Elasticsearch."),
    Variable("ELASTICSEARCH_PASSWORD", "", "Password of that account."),
    Variable(
        "ELASTICSEARCH_CA_CERTS",
        "",
        "File with the authority that signed its certificates; without it the system's.",
        "/etc/ssl/es-ca.pem",
    ),
    Variable("ELASTICSEARCH_INDEX", "kho57", "What the names of the library's indices begin with."),
    Variable("ELASTICSEARCH_SHARDS", 1, "Parts of a new index: one is enough to some millions of resources."),
    Variable(
        "ELASTICSEARCH_REPLICAS",
        0,
        "Copies of each part of a new index: 1 where there are two nodes or more.",
    ),
    Variable(
        "SEARCH_MEANING",
        True,
        "Search finds by meaning as well: a model of 75 MB on the processor, 20 MB of memory a process.",
    ),
    Variable("S3_BUCKET", "", "Files and feeds in this bucket; without it in folders under DATA_DIR."),
    Variable("S3_ENDPOINT_URL", "", "Address of S3 storage that is not Amazon's.", "https://s3.example.vn"),
    Variable("S3_REGION", "", "Region of the bucket."),
    Variable("S3_ACCESS_KEY_ID", "", "Key to the bucket; without it the role of the machine."),
    Variable("S3_SECRET_ACCESS_KEY", "", "Secret of that key."),
    Variable("EMAIL_URL", "", "Mail server.", "smtp+tls://user:password@mail.example.vn:587"),
    Variable("DEFAULT_FROM_EMAIL", "Kho 57 <kho57@localhost>", "Sender of the site's mails."),
    Variable(
        "UNSUBSCRIBE_MAIL",
        "",
        "Mailbox that letters name for who stops them by mail; somebody must read it. Without it only "
        "the address on the site is named.",
        "stop@example.vn",
    ),
    Variable(
        "SECURITY_CONTACT",
        "",
        "Where to report a weakness; security.txt names it.",
        "mailto:security@example.vn",
    ),
    Variable(
        "METRICS_TOKEN",
        "",
        "Who sends it (Authorization: Bearer) may read /metrics: 32 random characters or more. Without it only "
        "processes of the same machine may, directly.",
    ),
    Variable(
        "CDN_PURGE_URL",
        "",
        "Cache in front of the site that forgets an address on a PURGE request; without it none is told.",
        "http://cache.internal:6081",
    ),
    Variable("CDN_PURGE_TOKEN", "", "Sent to it with each PURGE (Authorization: Bearer)."),
    Variable(
        "CDN_PURGE_KEY_HEADER",
        "",
        "Header in which it takes keys of Surrogate-Key; without it every address is told by itself.",
        "xkey-purge",
    ),
    Variable(
        "SIGNING_KEY",
        "",
        "Signs what the library states of its files: 32 random bytes in base 64. Without it, of SECRET_KEY.",
    ),
    Variable(
        "SIGNING_KEYS_RETIRED", [], "Public keys that signed before, in base 64, by comma: still published."
    ),
    Variable("TRUSTED_PROXIES", 0, "How many proxies of ours stand in front; only then X-Forwarded-* count."),
    Variable("HSTS_SECONDS", 31_536_000, "How long browsers insist on HTTPS; 0 switches that off."),
    Variable(
        "FILES_ACCEL_PREFIX",
        "",
        "Internal location by which nginx sends stored files itself (X-Accel-Redirect).",
        "/protected/",
    ),
    Variable("MAINTENANCE", False, "Yes answers every page with the maintenance page."),
    Variable("DEMONSTRATION", True, "Allows manage.py demo and its accounts. Production never has it."),
    Variable("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Variable("LOG_FORMAT", "json", "json (an object per line), or text for a terminal."),
    Variable(
        "FETCH_PORTS",
        [],
        "Ports, besides 80 and 443, from which an import may fetch files of other sites.",
        "8443",
    ),
    Variable("FETCH_SECONDS", 900, "Longest time in which a file must have arrived from another site."),
    Variable(
        "STREAMING",
        True,
        "Films get a ladder of sizes (HLS), sounds even loudness and copies for players and radio, afterwards.",
    ),
    Variable(
        "TRANSCRIBE_COMMAND",
        "",
        "Speech recogniser that drafts captions: {sound} is a WAV file of 16 kHz, {words} where it leaves "
        "WebVTT or SRT, {language} vi or en. A person checks every draft.",
        "/opt/recognise --language {language} --input {sound} --output {words}",
    ),
    Variable(
        "OFFICE_COMMAND",
        "",
        "LibreOffice, which turns slides and texts into PDF; empty: soffice where it is on the path.",
        "/usr/bin/soffice",
    ),
    Variable("UPLOAD_LIMIT_INFOGRAPHIC_MB", 50, "Largest infographic, in MB of 1,048,576 bytes."),
    Variable("UPLOAD_LIMIT_PHOTO_MB", 100, "Largest photo."),
    Variable("UPLOAD_LIMIT_VIDEO_MB", 4096, "Largest video."),
    Variable("UPLOAD_LIMIT_PODCAST_MB", 500, "Largest podcast."),
    Variable("UPLOAD_LIMIT_DOCUMENT_MB", 200, "Largest document."),
    Variable("UPLOAD_LIMIT_CAPTION_MB", 5, "Largest file of captions."),
    Variable(
        "UPLOAD_QUOTA_MB", 0, "Most that one agency may keep, unfinished uploads included; 0: no limit."
    ),
    Variable("UPLOAD_RESERVE_MB", 1024, "Disk space that uploads leave free."),
    Variable("UPLOAD_EXPIRY_DAYS", 7, "Days after which an upload that nobody went on with is removed."),
)
_BY_NAME = {variable.name: variable for variable in VARIABLES}
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
environ.Env.read_env(str(BASE_DIR / ".env"))


def given(name: str) -> bool:
    """Whether the operator set the variable to something; an empty value counts as not set."""
    return bool(os.environ.get(_BY_NAME[name].name, "").strip())


def text(name: str) -> str:
    """The value, or its default."""
    return os.environ[name].strip() if given(name) else str(_BY_NAME[name].default)


def flag(name: str) -> bool:
    """The value as yes or no. Raises ImproperlyConfigured for anything else."""
    value = text(name).lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not “{value}”. {_BY_NAME[name].meaning}")


def number(name: str) -> int:
    """The value as a whole number from 0. Raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”. {_BY_NAME[name].meaning}")
    return int(value)


def names(name: str) -> list[str]:
    """The value as a list, written with commas; the default is no name at all."""
    return [part.strip() for part in text(name).split(",") if part.strip()] if given(name) else []


def ports(name: str) -> list[int]:
    """The value as port numbers. Raises ImproperlyConfigured for anything else."""
    found = names(name)
    if any(not (one.isascii() and one.isdigit() and 0 < int(one) < 65_536) for one in found):
        raise ImproperlyConfigured(f"{name} must be port numbers, by comma. {_BY_NAME[name].meaning}")
    return [int(one) for one in found]


def database(data_dir: Path) -> dict[str, Any]:
    """Django's settings of the database: PostgreSQL by DATABASE_URL, else SQLite under ``data_dir``.

    SQLite with WAL, IMMEDIATE transactions and a wait of 20 s: 90 of 90 concurrent writers succeeded; with
    the defaults 68 of 90 failed. Raises ImproperlyConfigured for an address that names no database.
    """
    url = text("DATABASE_URL")
    if not url:
        return sqlite(data_dir / "kho57.sqlite3")
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgres:// (postgres://user:password@host:5432/name); "
            "leave it empty for SQLite."
        )
    parsed: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if not parsed.get("NAME"):
        raise ImproperlyConfigured("DATABASE_URL names no database: add /name at its end.")
    return parsed | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def sqlite(path: Path, *, synchronous: str = "NORMAL") -> dict[str, Any]:
    """Django's settings of a SQLite database in the file ``path``.

    A thread keeps its connection for a minute: to open one takes 3 ms, of 25 that an answer of the search takes.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};",
        },
    }


def elasticsearch() -> dict[str, Any]:
    """Where Elasticsearch is: fields of :class:`search.engines.elasticsearch.connection.Servers`.

    Raises ImproperlyConfigured for an address that is none.
    """
    hosts = [host.rstrip("/") for host in names("ELASTICSEARCH_URL")]
    for host in hosts:
        if not host.startswith(("http://", "https://")):
            raise ImproperlyConfigured(
                f"ELASTICSEARCH_URL must hold addresses such as https://es.example.vn:9200, not “{host}”; "
                "leave it empty for the embedded search."
            )
    return {
        "hosts": hosts,
        "index": text("ELASTICSEARCH_INDEX"),
        "api_key": text("ELASTICSEARCH_API_KEY"),
        "username": text("ELASTICSEARCH_USERNAME"),
        "password": text("ELASTICSEARCH_PASSWORD"),
        "ca_certs": text("ELASTICSEARCH_CA_CERTS"),
        "shards": max(1, number("ELASTICSEARCH_SHARDS")),
        "replicas": number("ELASTICSEARCH_REPLICAS"),
    }


def mail() -> dict[str, Any]:
    """Django's EMAIL_* settings from EMAIL_URL; nothing where it is not set."""
    return dict(environ.Env.email_url_config(text("EMAIL_URL"))) if given("EMAIL_URL") else {}


def example() -> str:
    """The text of ``.env.example``: every variable with its meaning, commented out."""
    lines = ["# Copy to .env and change what you need. Each line shows an example or the default."]
    for variable in VARIABLES:
        default = variable.default
        named = {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default or "")
        lines += ["", f"# {variable.meaning}", f"#{variable.name}={variable.example or named}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(example())
