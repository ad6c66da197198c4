"""The one announcement that files of sections changed, for who keeps copies of them.

It is sent after the files were written or removed and before the manifest says so: whatever stops the
rendering in between, it is done and announced again.
"""

from __future__ import annotations

from django.dispatch import Signal

files_changed = Signal()
"""Sent with ``names: list[str]``, names in the storage of feeds; receivers only write rows."""
