from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from media_library.intake.accept import accept
from media_library.kinds import Kind, Role
from media_library.models import Job, JobState, Resource, StoredFile
from media_library.processing import drafting, jobs
from tests.editing.screens import address, signed_in
from tests.factories import make_agency, make_communicator, make_resource
from tests.media_library import specimens

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_HEARD = "WEBVTT\n\n00:00.000 --> 00:01.500\nMáy nghe thấy\n"
_LISTEN = """
import sys, wave
with wave.open(sys.argv[1]) as sound:
    assert (sound.getframerate(), sound.getnchannels()) == (16000, 1), sound.getparams()
open(sys.argv[2], "w", encoding="utf-8").write(%r)
"""


def recogniser(folder: Path, script: str) -> str:
    path = folder / "nghe.py"
    path.write_text(script, encoding="utf-8")
    return f"{sys.executable} {path} {{sound}} {{words}} {{language}}"


@pytest.fixture
def recording(data_folder: Path, tmp_path: Path) -> StoredFile:
    path = specimens.made_with_ffmpeg(tmp_path / "a.mp3", "-f", "lavfi", "-i", "sine=duration=2")
    file = accept(
        stream=io.BytesIO(path.read_bytes()),
        name="ban-tin.mp3",
        kind=Kind.PODCAST,
        agency=make_agency(),
        by=None,
        at=timezone.now(),
    )
    jobs.run_all_due()
    return file


def captions_of(resource: Resource) -> list[str]:
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    return [asset.language for asset in draft.assets.all() if asset.role == Role.CAPTION]


def test_what_a_machine_heard_is_captions_only_when_a_person_saved_it(
    recording: StoredFile, tmp_path: Path, settings: Any
) -> None:
    settings.TRANSCRIBE_COMMAND = recogniser(tmp_path, _LISTEN % _HEARD)
    resource = make_resource(Kind.PODCAST, agency=recording.agency, file=recording)
    client, place = (
        signed_in(make_communicator(recording.agency)),
        address("captions", resource.pk, "en"),
    )
    assert 'value="draft"' in client.get(place).content.decode()
    client.post(place, {"act": "draft"})
    assert "Máy đang nghe" in client.get(place).content.decode()
    jobs.run_all_due()
    page = client.get(place).content.decode()
    assert "Máy nghe thấy" in page and "chưa ai kiểm tra" in page
    assert captions_of(resource) == ["vi"]
    revision = Resource.objects.get(pk=resource.pk).latest_revision_id
    saved = client.post(place, {"act": "save", "text": _HEARD, "revision": revision})
    assert saved.status_code == 302
    assert sorted(captions_of(resource)) == ["en", "vi"]
    assert "chưa ai kiểm tra" not in client.get(place).content.decode()


@pytest.mark.parametrize(
    "script",
    ["import sys; sys.exit('mô hình hỏng')", "pass", "open(__import__('sys').argv[2], 'w').write('x')"],
)
def test_a_recogniser_that_fails_is_told_and_can_be_asked_again(
    recording: StoredFile, tmp_path: Path, settings: Any, script: str
) -> None:
    settings.TRANSCRIBE_COMMAND = recogniser(tmp_path, script)
    drafting.order(recording, language="vi", at=timezone.now())
    jobs.run_all_due()
    job = Job.objects.get(kind=drafting.DRAFT)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    settings.TRANSCRIBE_COMMAND = recogniser(tmp_path, _LISTEN % _HEARD)
    drafting.order(recording, language="vi", at=timezone.now())
    jobs.run_all_due()
    recording.refresh_from_db()
    assert drafting.drafted(recording, language="vi")[0]["text"] == "Máy nghe thấy"


def test_a_command_that_names_no_place_for_the_words_is_told(recording: StoredFile, settings: Any) -> None:
    settings.TRANSCRIBE_COMMAND = "nghe {sound}"
    drafting.order(recording, language="vi", at=timezone.now())
    jobs.run_all_due()
    assert "{words}" in Job.objects.get(kind=drafting.DRAFT).error


def test_without_a_recogniser_none_is_offered(recording: StoredFile, client: Client) -> None:
    resource = make_resource(Kind.PODCAST, agency=recording.agency, file=recording)
    client, place = (
        signed_in(make_communicator(recording.agency)),
        address("captions", resource.pk, "en"),
    )
    assert 'value="draft"' not in client.get(place).content.decode()
    assert client.post(place, {"act": "draft"}).status_code == 404
