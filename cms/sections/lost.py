"""Files that the disk lost: looked for when a worker starts, and written anew.

The disk is not waited for when a file is written, so a machine that loses its current may come back with files
that are empty, or hold zeros, under names that are right. Each file is therefore compared once with what its
manifest says of it, and its twins with the file. On S3 a put that was answered is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from datetime import datetime

import brotli

from cms.sections import due, files

_TORN = (OSError, EOFError, zlib.error, brotli.error)


def look(at: datetime) -> int:
    """Ask for the sections of which a file is not what it should be; returns how many."""
    if files.local_root() is None:
        return 0
    # Twice, for a file may just be written between the look at its manifest and the look at itself.
    damaged = [each for each in due.all_addresses() if not is_whole(each) and not is_whole(each)]
    due.request(damaged, why=due.LOST)
    return len(damaged)


def is_whole(address: str) -> bool:
    """Whether every file of the section at ``address`` is there, is what was written, and has its twins."""
    written = files.Manifest.load(address).files
    return bool(written) and all(
        _is_as_written(name, told.get("sha256", "")) for name, told in written.items()
    )


def _is_as_written(name: str, digest: str) -> bool:
    content = files.read(name)
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        return False
    packed, small = (files.read(name + files.TWINS[each]) for each in ("gzip", "br"))
    try:
        return gzip.decompress(packed or b"") == content == brotli.decompress(small or b"")
    except _TORN:
        return False
