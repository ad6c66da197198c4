"""NOTICE names what an installation brings."""

from __future__ import annotations

import re

from tools import lock
from tools.places import ROOT


def test_every_library_that_the_product_requires_is_named() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").lower()
    _head, _line, libraries = notice.partition("what an installation adds")
    named = set(re.findall(r"[a-z0-9][a-z0-9-]*", libraries))
    required = lock.pins("\n".join(lock.declared()["run"]))
    assert sorted(required.keys() - named) == []
