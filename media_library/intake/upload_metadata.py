"""What a browser says of a file before it sends it: the header ``Upload-Metadata`` of tus 1.0.0.

Pairs of a key and a value in Base64, by commas. It is parsed once, here; keys that are not ours are kept with
the header and mean nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass, field

from media_library.intake.names import checked_name
from media_library.intake.rejection import Rejected
from media_library.intake.upload_refusal import UploadRefused
from media_library.kinds import RULES, Role
from media_library.text import nfc

HEADER = "Upload-Metadata"
LIMIT = 8000
"""Characters of the header; web servers stop near that themselves."""
PATH_LIMIT = 1000
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Told:
    """What is told of a file.

    ``kind`` may be empty; ``role`` is so for main files; ``batch`` is opaque here; ``header`` as it was sent.
    """

    name: str
    kind: str = ""
    role: str = ""
    agency: int | None = None
    path: str = ""
    sha256: str = ""
    batch: str = ""
    header: str = ""
    pairs: dict[str, str] = field(default_factory=dict)
    """Every pair whose value is text."""


def parse(header: str) -> Told:
    """Raises :class:`UploadRefused` (``upload_header``, ``upload_kind``) or :class:`Rejected` for the name."""
    pairs = pairs_of(header)
    kind = pairs.get("kind", "")
    if kind and (kind not in RULES or not RULES[kind].accepts):
        raise UploadRefused("upload_kind")
    return Told(
        name=checked_name(pairs.get("filename", "")),
        kind=kind,
        role=_role(pairs.get("role", ""), kind),
        agency=_agency(pairs.get("agency", "")),
        path=_path(pairs.get("path", "")),
        sha256=_sha256(pairs.get("sha256", "")),
        batch=_plain("batch", pairs.get("batch", "")),
        header=header,
        pairs=pairs,
    )


def _role(value: str, kind: str) -> str:
    """Captions or a transcript, of which no kind is told, or nothing: a main file."""
    if value and (value not in (Role.CAPTION, Role.TRANSCRIPT) or kind):
        raise UploadRefused("upload_kind")
    return value


def pairs_of(header: str) -> dict[str, str]:
    """The pairs whose value is text in UTF-8. Raises :class:`UploadRefused` where the header is malformed."""
    if len(header) > LIMIT or not (header.isascii() and header.isprintable()):
        raise _malformed()
    pairs: dict[str, str] = {}
    seen: set[str] = set()
    for pair in header.split(",") if header.strip() else []:
        key, _space, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in seen:
            raise _malformed()
        seen.add(key)
        content = _decoded(value)
        try:
            pairs[key] = content.decode()
        except UnicodeDecodeError as error:
            if key == "filename":
                raise Rejected("name_control") from error
    return pairs


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise _malformed() from error


def _agency(value: str) -> int | None:
    """The key of the agency; None where none is told, which no upload gets away with."""
    return int(value) if _NUMBER.fullmatch(value) else None


def _path(value: str) -> str:
    """Folders as the browser tells them. Raises :class:`Rejected` for names that could deceive."""
    path = "/".join(checked_name(part) for part in nfc(value).split("/") if part)
    if len(path) > PATH_LIMIT:
        raise Rejected("name_long", length=len(path), limit=PATH_LIMIT)
    return path


def _sha256(value: str) -> str:
    value = value.strip().lower()
    if value and not _SHA256.fullmatch(value):
        raise _malformed()
    return value


def _plain(key: str, value: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise UploadRefused("upload_header", header=f"{HEADER}: {key}")
    return value


def _malformed() -> UploadRefused:
    return UploadRefused("upload_header", header=HEADER)
