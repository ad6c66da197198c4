"""Engines behind one contract; which one answers is the setting ``SEARCH_ENGINE``."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.contract import Engine

DEFAULT = "search.engines.database.engine"


@cache
def _made(path: str) -> Engine:
    made: Engine = import_string(f"{path}.make")()
    return made


def engine() -> Engine:
    """The configured engine. Raises ImportError where the setting names none."""
    return _made(getattr(settings, "SEARCH_ENGINE", DEFAULT))
