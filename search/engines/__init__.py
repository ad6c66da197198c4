"""Engines behind one contract; which one answers is the setting ``SEARCH_ENGINE``.

The embedded engine is always kept up to date as well: it answers while another one cannot, and its counts
of words are what spelling knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.contract import Engine

DEFAULT = "search.engines.database.engine"
PATHS = {"database": DEFAULT, "elasticsearch": "search.engines.elasticsearch.engine"}

_ANSWERING: ContextVar[Engine | None] = ContextVar("answering", default=None)


@cache
def _made(path: str) -> Engine:
    made: Engine = import_string(f"{path}.make")()
    return made


def engine() -> Engine:
    """The configured engine. Raises ImportError where the setting names none."""
    return _ANSWERING.get() or _made(getattr(settings, "SEARCH_ENGINE", DEFAULT))


@contextmanager
def answering(target: Engine) -> Iterator[None]:
    """Let ``target`` answer within the block in the place of the configured engine."""
    before = _ANSWERING.set(target)
    try:
        yield
    finally:
        _ANSWERING.reset(before)


def simpler() -> Engine | None:
    """The engine that answers while the configured one cannot; None where that is the embedded one."""
    embedded = _made(DEFAULT)
    return None if engine().name == embedded.name else embedded


def every() -> tuple[Engine, ...]:
    """All engines that are written to, the one that answers first."""
    other = simpler()
    return (engine(),) if other is None else (engine(), other)


def named(name: str) -> Engine:
    """The engine of this name. Raises LookupError for a name that none has."""
    for one in every():
        if one.name == name:
            return one
    if name not in PATHS:
        raise LookupError(f"There is no search engine “{name}”: {', '.join(PATHS)}.")
    return _made(PATHS[name])
