"""What was asked and what was followed, as counts a day."""

from __future__ import annotations

from django.core import signing

from search.request import SearchRequest
from search.results import SearchResults


def token(request: SearchRequest, results: SearchResults) -> str:
    """Proof that these words were answered here with so many results; empty without words."""
    if not request.q or request.after:
        return ""
    return signing.dumps([request.q, request.lang, results.total], salt="search.questions")
