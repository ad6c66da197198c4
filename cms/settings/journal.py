"""The journal: one JSON object per line on standard output, with the request's id and no personal data.

Never logged: addresses of clients, names of accounts, query strings (they hold what people search for),
mail addresses. Where a library writes one into its message, :func:`without_personal_data` takes it out.
"""

from __future__ import annotations

import logging
import logging.config
import re
from typing import Any

import structlog

_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[mail]"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE), "[address]"),
    (re.compile(r"\?[^\s\"'<>]*[=&][^\s\"'<>]*"), "?[query]"),
    (re.compile(r"(Key \([^)]*\)=)\([^)]*\)"), r"\1([value])"),
)
_FREE_TEXT = ("event", "exception", "error", "problem")
_NEVER = ("request", "user", "username", "ip_address", "server_time", "remote_address")
# What the client of Elasticsearch says of each try, whoever asked says once.
_QUIET = ("axes", "elastic_transport", "PIL", "botocore", "boto3", "s3transfer", "urllib3", "asyncio")
_TOO_TALKATIVE = "django.security.DisallowedHost"  # anybody can fill a journal with it


def without_personal_data(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace what identifies a person in free text: mail addresses, IP addresses, queries, key values."""
    for name in _NEVER:
        event.pop(name, None)
    for name in _FREE_TEXT:
        if isinstance(event.get(name), str):
            for pattern, replacement in _PERSONAL:
                event[name] = pattern.sub(replacement, event[name])
    return event


def _has_cause(record: logging.LogRecord) -> bool:
    return record.exc_info is not None


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_personal_data,
]


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: the standard library's loggers, and structlog on top of them."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_settings(*, form: str, level: str) -> dict[str, Any]:
    """The dictConfig: everything goes through one formatter to standard output."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_SHARED],
            }
        },
        "filters": {"failures": {"()": "django.utils.log.CallbackFilter", "callback": _has_cause}},
        "handlers": {
            "out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
        },
        "root": {"handlers": ["out"], "level": level.upper()},
        "loggers": {
            **{name: {"level": "ERROR"} for name in _QUIET},
            _TOO_TALKATIVE: {"level": "CRITICAL"},
            # The request's own line says what these would say again; a cause is said here alone.
            "django.server": {"handlers": [], "propagate": False},
            "django.request": {"level": "ERROR", "filters": ["failures"]},
        },
    }
