from __future__ import annotations

from tests.sections.conftest import _own_feeds, web

__all__ = ["_own_feeds", "web"]
