"""What was asked, as counts a day; nothing of who asked it."""

from __future__ import annotations

from django.core import signing

from search.results import SearchResults


def token_for(results: SearchResults) -> str:
    """The token of a results page; empty where it is not to be recorded."""
    asked = results.request
    return "" if asked.after or not asked.q else signing.dumps([asked.q, asked.lang], salt="search.questions")
