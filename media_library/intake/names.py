"""File names as people give them. They are shown and offered for downloads, and never used as a path."""

from __future__ import annotations

import unicodedata

from media_library.intake.rejection import Rejected
from media_library.text import nfc

LIMIT = 200
"""Characters. Django cuts names at 255 itself, so a longer one always comes to the message."""

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def checked_name(name: str) -> str:
    """``name`` in NFC (macOS sends NFD). Raises :class:`Rejected` for a name that could deceive or harm."""
    name = nfc(name).strip()
    if not name.strip(". "):
        raise Rejected("name_empty")
    if "/" in name or "\\" in name:
        raise Rejected("name_path")
    if any(character in _DIRECTION for character in name):
        raise Rejected("name_direction")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in name):
        raise Rejected("name_control")
    if len(name) > LIMIT:
        raise Rejected("name_long", length=len(name), limit=LIMIT)
    return name
