"""Which files a resource has, by role: a new one takes the place of the one that it follows."""

from __future__ import annotations

from collections.abc import Iterable

from media_library.kinds import Role
from media_library.models import Asset, StoredFile

SPOKEN = (Role.CAPTION, Role.TRANSCRIPT)
"""Roles of which there is one for each language."""
_ORDER = list(Role.values)


def placed(assets: Iterable[Asset], file: StoredFile, *, role: str, language: str = "") -> list[Asset]:
    """``assets`` with ``file`` in ``role``, in no order yet.

    It takes the place of the main file or cover there was, or of the words in its ``language``; an attachment
    stands beside the others.
    """
    kept = [asset for asset in assets if not _follows(asset, role, language)]
    return [*kept, Asset(role=role, file=file, language=language)]


def in_order(assets: Iterable[Asset]) -> list[Asset]:
    """``assets`` by role, those of one role as they came, and numbered so."""
    ordered = sorted(assets, key=lambda asset: _ORDER.index(asset.role))
    for number, asset in enumerate(ordered):
        asset.sort_order = number
    return ordered


def _follows(asset: Asset, role: str, language: str) -> bool:
    if asset.role != role or role == Role.ATTACHMENT:
        return False
    return role not in SPOKEN or asset.language == language
