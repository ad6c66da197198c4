"""The checksum of one part: the header ``Upload-Checksum`` of tus 1.0.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from media_library.intake.upload_refusal import UploadRefused

HEADER = "Upload-Checksum"
ALGORITHMS = ("sha1", "sha256", "md5")
"""The protocol asks for SHA-1 at least. They guard against a bad line, not against a person."""


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must come to."""

    algorithm: str
    digest: bytes

    def begin(self) -> Any:
        """A hash to feed the bytes to."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def matches(self, fed: Any) -> bool:
        return hmac.compare_digest(fed.digest(), self.digest)


def parse(header: str | None) -> Checksum | None:
    """None where no checksum is told. Raises :class:`UploadRefused` for another algorithm or a bad value."""
    if header is None:
        return None
    algorithm, _space, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise UploadRefused("upload_header", header=HEADER)
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UploadRefused("upload_header", header=HEADER) from error
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise UploadRefused("upload_header", header=HEADER)
    return Checksum(algorithm=algorithm, digest=digest)
