"""Permissions that agencies gave to single persons. Rooms that keep such register how they are looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from media_library.reuse import Grant

Grants = Mapping[int, tuple[Grant, ...]]
"""By the key of the resource that they are for."""
Lookup = Callable[[Any], Grants]
"""Every permission that a person holds or will hold, revoked ones left out; one query."""

_lookups: list[Lookup] = []


def register(lookup: Lookup) -> None:
    """Let ``lookup`` say from now on who holds what."""
    if lookup not in _lookups:
        _lookups.append(lookup)


def held_by(user: Any, resource_id: int) -> tuple[Grant, ...]:
    """Permissions of ``user`` for a resource, whatever the time.

    Kept on the user object, as Django keeps permissions: fetch the user anew after granting.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return ()
    kept: dict[int, tuple[Grant, ...]] | None = getattr(user, "_grants", None)
    if kept is None:
        kept = user._grants = {}
        for lookup in _lookups:
            for pk, grants in lookup(user).items():
                kept[pk] = (*kept.get(pk, ()), *grants)
    return kept.get(resource_id, ())
