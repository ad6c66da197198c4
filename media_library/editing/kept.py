"""Files already taken in by a form that is not saved yet: named in a signed value that the form carries.

The value holds ids only and is good for a day and for the person it was made for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing

from media_library import access
from media_library.models import StoredFile

_SALT = "kho57.kept-files"
_SECONDS = 24 * 3600


def sign(files: Mapping[str, StoredFile], *, user: Any) -> str:
    """``files`` by form field as one value; empty for none."""
    if not files:
        return ""
    named = {name: file.pk for name, file in files.items()}
    return signing.dumps({"user": user.pk, "files": named}, salt=_SALT)


def read(value: str, *, user: Any) -> dict[str, StoredFile]:
    """The files that ``value`` names, by form field; none where it is not what :func:`sign` gave ``user``."""
    try:
        content = signing.loads(value, salt=_SALT, max_age=_SECONDS) if value else {}
    except signing.BadSignature:
        return {}
    if content.get("user") != user.pk:
        return {}
    named: dict[str, int] = content["files"]
    found = StoredFile.objects.defer("extracted").in_bulk(list(named.values()))
    return {
        name: found[pk] for name, pk in named.items() if pk in found and access.may_see_file(user, found[pk])
    }
