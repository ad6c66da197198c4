"""Finding: :func:`search`, :func:`documents_found`, :func:`suggest` and :func:`similar` are what callers use.

They are found on first use, because models cannot be imported while Django loads its apps.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.finding import documents_found as documents_found
    from search.finding import search as search
    from search.finding import similar as similar
    from search.finding import suggest as suggest

__all__ = ["documents_found", "search", "similar", "suggest"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("search.finding"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
