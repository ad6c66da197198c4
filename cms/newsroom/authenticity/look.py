"""A look at a stranger's file, in the sandbox: what of it is left when its coding is taken away."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_library.intake import alike, nearness
from media_library.intake.alike import Alike
from media_library.intake.inspection import inspect
from media_library.intake.rejection import Rejected
from media_library.kinds import DRAWINGS, FILMS, PDF, PICTURES, SOUNDS
from media_library.models import Likeness
from media_library.processing import sandbox
from media_library.processing.refusal import Refusal

COMPARED = PICTURES + DRAWINGS + FILMS + SOUNDS + PDF
"""Media types of which more than the bytes is compared."""
_LIMITS = sandbox.Limits(seconds=90, cpu_seconds=120)
_FAILURES = (Refusal, sandbox.Failure)
_MARKS: dict[str, tuple[Likeness, str]] = {
    "image": (Likeness.PICTURE, "media_library.processing.marks:of_trimmed_picture"),
    "video": (Likeness.FILM, "media_library.processing.marks:of_film"),
    "audio": (Likeness.SOUND, "media_library.processing.marks:of_sound"),
}


@dataclass(frozen=True)
class Look:
    """A file that opened: where it lies, and its type by its content."""

    path: Path
    workspace: Path
    media_type: str

    @classmethod
    def at(cls, path: Path, *, workspace: Path) -> Look | None:
        """None for what cannot be opened, or is of no type that the library compares."""
        try:
            found = inspect(path=path, workspace=workspace, accepted=COMPARED)
        except Rejected:
            return None
        return cls(path=path, workspace=workspace, media_type=found.media_type)

    @property
    def main_type(self) -> str:
        return self.media_type.partition("/")[0]

    def alike(self) -> list[Alike]:
        """Stored files that are near this one, whoever may see them; nothing where it says too little."""
        scheme, several = self._marks()
        return [found for marks in several for found in alike.near(scheme, marks)]

    def _marks(self) -> tuple[Likeness, list[Any]]:
        """Of a picture also those without a bar that somebody may have put under or above it."""
        if self.media_type in PDF:
            pages = self._run("media_library.processing.document:words", {"source": str(self.path)})
            return Likeness.TEXT, [nearness.text_marks("\n".join(pages or []))]
        scheme, function = _MARKS[self.main_type]
        told = self._run(function, {"source": str(self.path), "media_type": self.media_type})
        return scheme, told if isinstance(told, list) else [told]

    def glimpse(self) -> str:
        """A small picture of it as JPEG in base 64; empty for what has none."""
        if self.main_type == "image":
            made = self._run("media_library.processing.glimpse:of_picture", {"source": str(self.path)})
        elif self.main_type == "video":
            arguments = {"source": str(self.path), "media_type": self.media_type}
            made = self._run("media_library.processing.glimpse:of_film", arguments)
        else:
            made = ""
        return str(made or "")

    def _run(self, function: str, arguments: dict[str, str]) -> Any:
        with contextlib.suppress(*_FAILURES):
            return sandbox.run(function, arguments, folder=self.workspace, limits=_LIMITS)
        return None
