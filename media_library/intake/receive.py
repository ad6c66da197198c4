"""Taking bytes in: streamed to a workspace, counted, hashed, never whole in memory."""

from __future__ import annotations

import errno
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.template.defaultfilters import filesizeformat

from media_library.files.storage import CHUNK, Fingerprint
from media_library.intake.rejection import Rejected

_FULL = {errno.ENOSPC, errno.EDQUOT}


def receive(*, stream: Any, target: Path, limit: int) -> Fingerprint:
    """Write ``stream`` to ``target`` and return what identifies its bytes.

    ``stream`` is an upload of Django's, a binary file, or chunks. Stops at the first byte past ``limit``.
    Raises :class:`Rejected` (``empty``, ``too_large``, ``storage_full``); ``target`` is then removed.
    """
    told = getattr(stream, "size", None)
    if isinstance(told, int) and told > limit:
        raise Rejected("too_large", limit=filesizeformat(limit))
    try:
        return _write(chunks_of(stream), target=target, limit=limit)
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise Rejected("storage_full") from error
        raise
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def chunks_of(stream: Any) -> Iterator[bytes]:
    """The bytes of an upload, a binary file or an iterable, a chunk at a time."""
    if hasattr(stream, "chunks"):
        return iter(stream.chunks(CHUNK))
    if hasattr(stream, "read"):
        return _blocks(stream)
    return iter(stream)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _write(chunks: Iterable[bytes], *, target: Path, limit: int) -> Fingerprint:
    digest, crc, size = hashlib.sha256(), 0, 0
    with target.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise Rejected("too_large", limit=filesizeformat(limit))
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            out.write(chunk)
    if not size:
        raise Rejected("empty")
    return Fingerprint(size=size, sha256=digest.hexdigest(), crc32=crc)
