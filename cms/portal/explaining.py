"""Why a result stands where it does, for those who work on what is found."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from media_library import access

ASKED = "explain"
"""The parameter; it is no part of the search itself."""


def may_be_told(user: Any) -> bool:
    """The lead department, and members of an agency."""
    return access.is_lead(user) or bool(access.agency_ids(user))


def without_it(parameters: QueryDict) -> QueryDict:
    """``parameters`` as they are without asking for reasons."""
    others = parameters.copy()
    others.pop(ASKED, None)
    return others
