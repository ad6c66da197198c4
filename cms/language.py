"""The language of the interface, which is that of the address."""

from __future__ import annotations

from django.utils.translation import get_language


def interface_language() -> str:
    """``vi`` or ``en``."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"
