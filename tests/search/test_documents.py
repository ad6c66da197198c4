"""A document as engines keep it."""

from __future__ import annotations

import dataclasses

from search.engines.contract import Cue, Document
from tests.search.documents import NOW, document


def test_a_document_survives_json() -> None:
    whole = document(cues=(Cue(0.5, 1.25, "một"),), pages=("a", ""), public_until=NOW, topics=("x",))
    assert Document.from_json(whole.to_json()) == whole
    assert dataclasses.replace(whole, version=2) != whole
