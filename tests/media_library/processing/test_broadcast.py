"""The copy for radio stations, measured by ffmpeg's own meter of EBU R 128, on real speech."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest
from django.utils import timezone

from media_library.kinds import Kind
from media_library.models import Job
from media_library.processing import arrears, broadcast, jobs, pipeline, priority
from tests.factories import make_heard, make_published, make_resource
from tests.media_library import specimens
from tests.media_library.processing.test_pipeline import upload

BEFORE = "-ss", "10", "-t", "7"
"""Seven seconds are enough to measure, and quick."""


def speech(target: Path, *options: str) -> Path:
    return specimens.made_with_ffmpeg(target, *BEFORE, "-i", str(specimens.SOUND), *options)


def heard(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by ``ebur128``."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", str(path)]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
    summary = told[told.rindex("Summary:") :]
    loudness, peak = re.search(r"I:\s+(\S+) LUFS", summary), re.search(r"Peak:\s+(\S+) dBFS", summary)
    assert loudness and peak
    return float(loudness[1]), float(peak[1])


_CLICKS = "volume=-14dB,aeval=val(0)+0.8*between(mod(t\\,3)\\,0\\,0.002):c=same"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("as-it-is.mp3", ("-c:a", "copy")),
        ("quiet.wav", ("-af", "volume=-25dB")),
        ("too-loud.mp3", ("-af", "volume=20dB")),
        ("clicks.wav", ("-af", _CLICKS)),
        ("telephone.ogg", ("-ar", "16000", "-c:a", "libopus", "-b:a", "24k")),
    ],
)
def test_every_sound_comes_out_at_the_level_of_broadcasting(
    tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    source, out = speech(tmp_path / name, *options), tmp_path / "out"
    out.mkdir()
    told = broadcast.render(str(source), str(out))
    assert told["renditions"] == [
        {"name": "broadcast.mp3", "purpose": "broadcast", "media_type": "audio/mpeg"}
    ]
    level, peak = heard(out / "broadcast.mp3")
    assert level == pytest.approx(-23, abs=0.5) and peak <= -1
    with av.open(str(out / "broadcast.mp3")) as sound:
        stream = sound.streams.audio[0]
        assert (stream.codec_context.sample_rate, stream.codec_context.name) == (48000, "mp3float")
        assert round((sound.duration or 0) / 1e6) == 7


def test_a_silent_sound_has_none(tmp_path: Path) -> None:
    silence = specimens.made_with_ffmpeg(tmp_path / "a.wav", "-f", "lavfi", "-i", "anullsrc=d=2")
    assert broadcast.render(str(silence), str(tmp_path))["renditions"] == []


@pytest.mark.django_db
def test_a_podcast_gets_it_last_of_all_and_with_its_credit(
    data_folder: Path, settings: Any, tmp_path: Path
) -> None:
    settings.STREAMING = True
    file = upload(speech(tmp_path / "a.mp3", "-c:a", "copy").read_bytes(), "podcast")
    make_resource(Kind.PODCAST, agency=file.agency, file=file, credit_line="Sở KH&CN / Kho 57")
    jobs.run_all_due()
    row = file.renditions.get(purpose="broadcast")
    ordered = Job.objects.filter(key__endswith=f"_file:{file.pk}").values_list("kind", flat=True)
    assert list(ordered.order_by("priority"))[-1] == pipeline.BROADCAST
    with av.open(str(data_folder / "files" / row.storage_name)) as sound:
        assert "Sở KH&CN / Kho 57" in sound.metadata.values()
    level, _peak = heard(data_folder / "files" / row.storage_name)
    assert row.uncredited_sha256 and level == pytest.approx(-23, abs=0.5)


@pytest.mark.django_db
def test_public_podcasts_from_before_are_ordered_once(settings: Any) -> None:
    at = timezone.now()
    wanting = make_published(Kind.PODCAST)
    make_resource(Kind.PODCAST)
    make_heard(make_published(Kind.PODCAST), name="broadcast.mp3")
    make_published(Kind.PHOTO)
    assert arrears.order_broadcasts(at) == 0, "STREAMING is off"
    settings.STREAMING = True
    assert (arrears.order_broadcasts(at), arrears.order_broadcasts(at + timedelta(days=1))) == (1, 0)
    job = Job.objects.get(kind=pipeline.BROADCAST)
    assert wanting.original is not None
    assert job.payload == {"file": wanting.original.file_id} and job.priority >= priority.LAST
