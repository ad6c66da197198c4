"""Addresses of ours that stand in a file's bytes, as our own copies carry them (XMP, IPTC, ID3, MP4, PDF)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from media_library.models import Resource

_BLOCK = 1 << 20
_LONGEST = 200
_MOST = 5
"""Different resources that one file is asked for: a collage may well bear several."""


def resource_named_in(path: Path, *, at: datetime) -> Resource | None:
    """The public resource whose address stands first in the file at ``path``, read as bytes and not opened."""
    ids = list(dict.fromkeys(_ids(path)))[:_MOST]
    if not ids:
        return None
    public = Resource.objects.public(at).filter(public_id__in=ids).select_related("agency", "locale")
    found = {one.public_id: one for one in public}
    return next((found[each] for each in ids if each in found), None)


def _ids(path: Path) -> Iterator[str]:
    """Public ids in addresses of this site, now or earlier; each block is read with the end of the one before."""
    ours = [settings.PUBLIC_BASE_URL, *settings.EARLIER_BASE_URLS]
    hosts = b"|".join(re.escape(each.rstrip("/").partition("://")[2].encode()) for each in ours)
    pattern = re.compile(
        rb"https?://(?:" + hosts + rb")/(?:[a-z]{2}/)?r/([A-Za-z0-9_-]{4,32})(?![A-Za-z0-9_-])"
    )
    with path.open("rb") as file:
        before = b""
        while block := file.read(_BLOCK):
            held = before + block
            for match in pattern.finditer(held):
                yield match[1].decode("ascii")
            before = held[-_LONGEST:]
