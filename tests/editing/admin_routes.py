"""The table of admin addresses, read from the URL resolver: what each works on, and so what must hold of it.

``fenced``: names one object of a protected model. ``narrowed``: lists a protected model. ``chooser``: chooses
one. ``generic``: names the model in the address. ``other``: everything else, by name (or by pattern where it has
none) in ``admin_addresses.txt``, each read once by a person. An address that is none of these fails the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from media_library.editing.fence import named_model, protected_models

READ = Path(__file__).with_name("admin_addresses.txt")


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    params: tuple[str, ...]
    model: Any
    sort: str

    @property
    def key(self) -> str:
        """What stands for it in the table: its name, or its pattern where it has none."""
        return self.pattern if self.name.rpartition(":")[2] == "None" else self.name


def routes() -> list[Route]:
    """Every address under ``admin/``."""
    return [
        _route(name, pattern, entry) for name, pattern, entry in _walk(get_resolver().url_patterns, "", "")
    ]


def _walk(patterns: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, pattern, inner)
        elif pattern.startswith("admin/"):
            yield f"{space}{entry.name}", pattern, entry


def _route(name: str, pattern: str, entry: URLPattern) -> Route:
    params = tuple(re.findall(r"<(?:[a-z_]+:)?([a-z_]+)>", pattern))
    model = named_model(entry.callback, {})
    return Route(name, pattern, params, model, _sort(name, params, model))


def _sort(name: str, params: tuple[str, ...], model: Any) -> str:
    if {"app_label", "model_name"} <= set(params):
        return "generic"
    if model not in protected_models():
        return "other"
    if name.startswith("wagtailsnippetchoosers_"):
        return "chooser"
    return "fenced" if {"pk", "object_id"} & set(params) else "narrowed"


def read_by_a_person() -> set[str]:
    lines = READ.read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}
