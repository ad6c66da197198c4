"""Films: how soon one can be played, against the time of its whole ladder.

Both are jobs of the product, from the claim to the commit, of the same upload. One film must be coded anew before
browsers play it, the other is H.264 already. Prints ``name value unit`` for each figure, then what it ran on.
Run: ``python bench/video.py [rounds] [seconds of film]``.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILM = ROOT / "demo" / "videos" / "vd-kho-57-la-gi.mp4"
FOLDER = Path(tempfile.mkdtemp(prefix="bench-video-"))
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["DATA_DIR"] = str(FOLDER / "data")
os.environ["STREAMING"] = "yes"
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

import imageio_ffmpeg  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from media_library.intake.accept import accept  # noqa: E402
from media_library.models import Agency, Rendition, StoredFile  # noqa: E402
from media_library.processing import jobs  # noqa: E402
from media_library.processing.priority import LATER, PROMPT  # noqa: E402

SHAPES = {
    "": ("mov", ("-c:v", "mpeg4", "-q:v", "3", "-c:a", "pcm_s16le")),
    "_h264": ("mp4", ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-c:a", "aac")),
}


def source(name: str, seconds: int) -> Path:
    """The demonstration's film at 1080 lines and thirty pictures a second, repeated to its length."""
    ending, coding = SHAPES[name]
    path = FOLDER / f"source{name}.{ending}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-stream_loop", "-1"]
    command += ["-i", str(FILM), "-t", str(seconds), "-vf", "scale=-2:1080,fps=30", *coding, str(path)]
    subprocess.run(command, check=True)
    return path


def seconds_of(among: range) -> float:
    started = time.perf_counter()
    done = jobs.run_next(worker="bench", at=timezone.now(), among=among)
    assert done, "there was nothing to do"
    return time.perf_counter() - started


def measure(path: Path, agency: Agency) -> tuple[float, float]:
    """Seconds until the film can be played, and those of its ladder."""
    with path.open("rb") as stream:
        file = accept(stream=stream, name=path.name, kind="video", agency=agency, by=None, at=timezone.now())
    first = seconds_of(PROMPT)
    assert Rendition.objects.filter(file=file, purpose="download").exists()
    ladder = seconds_of(LATER)
    assert Rendition.objects.filter(file=file, purpose="stream").exists()
    return first, ladder


def main(rounds: int, seconds: int) -> None:
    call_command("migrate", verbosity=0)
    agency = Agency.objects.create(code="BENCH", name="Bench", type="other")
    paths = {name: source(name, seconds) for name in SHAPES}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in SHAPES}
    for _round in range(rounds):
        for name, path in paths.items():
            taken[name].append(measure(path, agency))
    for name, pairs in taken.items():
        first, ladder = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"first_playable{name} {first:.2f} s")
        print(f"ladder{name} {ladder:.2f} s")
        print(f"first_playable_over_ladder{name} {first / ladder:.3f} ratio")
        print(f"ladder_over_duration{name} {ladder / seconds:.2f} ratio")
    made = Rendition.objects.filter(file=StoredFile.objects.latest("pk"))
    rungs = made.filter(name__startswith="h", name__endswith=".mp4").count()
    print(f"# {seconds} s of 1080 lines, {rungs} rungs, {rounds} rounds, medians")
    print(f"# Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    try:
        given = [int(argument) for argument in sys.argv[1:]]
        main(*(given + [3, 20][len(given) :]))
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
