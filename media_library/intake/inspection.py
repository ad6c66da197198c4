"""What a received file really is: its signature chooses an opener; the opener, in the sandbox, decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_library.intake.rejection import MESSAGES, Rejected, name_of, names_of
from media_library.intake.signature import HEAD, seems
from media_library.kinds import OFFICE, OPEN_DOCUMENT
from media_library.processing import sandbox
from media_library.processing.refusal import Refusal

_PLAIN = {"archive", "executable"}
_IMAGE = "media_library.processing.picture:inspect"
_FILM = "media_library.processing.video:inspect"
_SOUND = "media_library.processing.audio:inspect"
_CAPTION = "media_library.processing.caption:inspect"
_TRANSCRIPT = "media_library.processing.transcript:inspect"
OPENERS = {
    "image/jpeg": _IMAGE,
    "image/png": _IMAGE,
    "image/webp": _IMAGE,
    "image/svg+xml": _IMAGE,
    "video/mp4": _FILM,
    "video/quicktime": _FILM,
    "video/webm": _FILM,
    "video/x-matroska": _FILM,
    "audio/mpeg": _SOUND,
    "audio/mp4": _SOUND,
    "audio/ogg": _SOUND,
    "audio/wav": _SOUND,
    "audio/flac": _SOUND,
    "application/pdf": "media_library.processing.document:inspect",
    "text/vtt": _CAPTION,
    "application/x-subrip": _CAPTION,
    "text/plain": _TRANSCRIPT,
    "zip": "media_library.processing.office:inspect",
}
_TELLS_TYPE = {_FILM, _SOUND, _CAPTION, _TRANSCRIPT}
SECONDS = 30
"""Longest look at one file while the person waits."""


@dataclass(frozen=True)
class Inspection:
    """What was established: ``media_type`` from the content; pixels as shown, seconds, pages where known."""

    media_type: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    pages: int | None = None
    properties: dict[str, Any] = field(default_factory=dict)


def inspect(*, path: Path, workspace: Path, accepted: tuple[str, ...]) -> Inspection:
    """Establish what the file at ``path`` is. Raises :class:`Rejected` unless it is whole and accepted."""
    with path.open("rb") as file:
        seeming = seems(file.read(HEAD))
    if seeming in _PLAIN:
        raise Rejected(seeming)
    candidates = _same_container(seeming)
    if not any(kind in accepted for kind in candidates):
        raise _wrong(seeming, accepted)
    found = Inspection(**_open(path, opener=_opener(seeming, accepted), seeming=seeming, workspace=workspace))
    if found.media_type not in accepted:
        raise _wrong(found.media_type, accepted)
    return found


def _same_container(seeming: str) -> tuple[str, ...]:
    """Types that the signature cannot tell apart: the streams inside decide."""
    if seeming in ("video/mp4", "video/quicktime", "audio/mp4"):
        return ("video/mp4", "video/quicktime", "audio/mp4")
    if seeming in ("video/webm", "video/x-matroska"):
        return ("video/webm", "video/x-matroska")
    if seeming == "zip":
        return OFFICE + OPEN_DOCUMENT
    return (seeming,)


def _opener(seeming: str, accepted: tuple[str, ...]) -> str:
    """An MP4 container is opened as a film where films are taken, else as sound; a package as a transcript
    where plain text is taken as one."""
    if seeming in ("video/mp4", "video/quicktime", "audio/mp4"):
        return _FILM if "video/mp4" in accepted else _SOUND
    if seeming == "zip" and "text/plain" in accepted:
        return _TRANSCRIPT
    return OPENERS[seeming]


def _open(path: Path, *, opener: str, seeming: str, workspace: Path) -> dict[str, Any]:
    arguments = {"path": str(path)}
    if opener in _TELLS_TYPE:
        arguments["seeming"] = seeming
    limits = sandbox.Limits(seconds=SECONDS, cpu_seconds=SECONDS)
    try:
        found: dict[str, Any] = sandbox.run(opener, arguments, folder=workspace, limits=limits)
    except Refusal as refusal:
        raise Rejected(refusal.code if refusal.code in MESSAGES else "damaged", **refusal.facts) from refusal
    except sandbox.TooSlow as failure:
        raise Rejected("busy") from failure
    except sandbox.TooBig as failure:
        raise Rejected("too_much") from failure
    except sandbox.Crashed as failure:
        raise Rejected("damaged") from failure
    return found


def _wrong(found: str, accepted: tuple[str, ...]) -> Rejected:
    if found == "zip":
        return Rejected("archive")
    if found in ("unknown", "text/plain"):
        return Rejected("unknown", accepted=names_of(accepted))
    return Rejected("wrong_type", found=name_of(found), accepted=names_of(accepted))
