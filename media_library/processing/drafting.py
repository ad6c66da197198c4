"""Drafts of transcripts by a recogniser, where the operator named one (``TRANSCRIBE_COMMAND``).

A draft is no file of the resource: it lies with the recording, is shown in the editor of captions alone, there
marked as machine-made, and becomes captions only when a person saves it. Nothing of it can therefore be
published, found or fed before.
"""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Any

from django.conf import settings

from media_library.files import storage
from media_library.models import Job, StoredFile
from media_library.processing import jobs, priority, sandbox
from media_library.processing.jobs import Claim, Hopeless
from media_library.processing.refusal import Refusal

DRAFT = "draft_transcript"
_KEPT = "drafted"
PLACES = ("{sound}", "{words}")
"""What a command must name: the sound to listen to, and where the words are to be left; ``{language}`` may."""


def is_possible() -> bool:
    """Whether a recogniser is named."""
    return bool(settings.TRANSCRIBE_COMMAND.strip())


def order(file: StoredFile, *, language: str, at: datetime) -> Job:
    """Ask for a draft of what is said in ``file``; one that failed or was stopped is asked for again."""
    key = f"{DRAFT}:{file.pk}:{language}"
    later = priority.for_size(priority.AFTERWARDS, file.size)
    payload: dict[str, int | str] = {"file": file.pk, "language": language}
    jobs.retry(key=key, at=at)
    return jobs.enqueue(kind=DRAFT, key=key, payload=payload, at=at, max_attempts=2, priority=later)


def job_of(file: StoredFile, *, language: str) -> Job | None:
    return Job.objects.filter(key=f"{DRAFT}:{file.pk}:{language}").first()


def drafted(file: StoredFile, *, language: str) -> list[dict[str, Any]]:
    """The cues that the machine heard; empty where there is no draft."""
    found: list[dict[str, Any]] = file.extracted.get(_KEPT, {}).get(language, [])
    return found


@jobs.handles(DRAFT)
def draft_transcript(claim: Claim, at: datetime) -> None:
    """Let the recogniser listen to the file in ``claim.payload``, keep what it heard beside it."""
    file = StoredFile.objects.filter(pk=claim.payload["file"]).first()
    language = str(claim.payload["language"])
    if file is None:
        with claim.commit():
            return
    cues = _heard(claim, file, language)
    with claim.commit():
        row = StoredFile.objects.select_for_update().get(pk=file.pk)
        kept = {**row.extracted.get(_KEPT, {}), language: cues}
        row.extracted = {**row.extracted, _KEPT: kept}
        row.save(update_fields=["extracted"])


def _heard(claim: Claim, file: StoredFile, language: str) -> list[dict[str, Any]]:
    command = shlex.split(settings.TRANSCRIBE_COMMAND)
    if not all(any(place in part for part in command) for place in PLACES):
        raise Hopeless(f"TRANSCRIBE_COMMAND must name {' and '.join(PLACES)}")
    seconds = 600 + 10 * (file.duration or 0)
    limits = sandbox.Limits(
        seconds=2 * seconds, cpu_seconds=int(8 * seconds), memory=8 << 30, file_size=4 << 30, nice=10
    )
    with sandbox.workspace(storage.work_folder()) as folder:
        out = folder / "out"
        out.mkdir()
        try:
            with storage.local_copy(file.storage_name, workspace=folder) as source:
                told = sandbox.run(
                    "media_library.processing.transcription:draft",
                    {
                        "source": str(source),
                        "folder": str(out),
                        "film": file.main_type == "video",
                        "command": command,
                        "language": language,
                        "seconds": seconds,
                    },
                    folder=folder,
                    limits=limits,
                    watch=claim.progress,
                )
        except Refusal as refusal:
            raise Hopeless(f"{refusal.code}: {refusal.facts.get('told', '')}") from refusal
        except FileNotFoundError as error:
            raise Hopeless("damaged: the stored bytes are gone") from error
    cues: list[dict[str, Any]] = told["cues"]
    return cues
