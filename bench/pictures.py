"""Pictures: the whole pipeline against bare Pillow, and one decode for all sizes against one for each.

Prints ``name value unit`` for each figure, then what it ran on. The two sides alternate in one run and the
medians are compared, so that a busy machine slows both. Run: ``python bench/pictures.py [rounds]``.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "demo" / "photos" / "anh-cha-be-con.jpg"
FOLDER = Path(tempfile.mkdtemp(prefix="bench-pictures-"))
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["DATA_DIR"] = str(FOLDER / "data")
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402

from media_library.intake.accept import accept  # noqa: E402
from media_library.models import Agency, Rendition, StoredFile  # noqa: E402
from media_library.processing import jobs, picture  # noqa: E402
from media_library.processing.crop import SHAPES  # noqa: E402

Side = Callable[[], object]
JPEG: dict[str, Any] = {"quality": picture.JPEG_QUALITY, "progressive": True, "optimize": True}


def codings(width: int) -> list[tuple[str, dict[str, Any]]]:
    """Ending and options of every format in which a step of ``width`` is written."""
    webp = {"quality": picture.WEBP_QUALITY, "method": picture.WEBP_EFFORT}
    avif = {"quality": picture.AVIF_QUALITY, "speed": picture.AVIF_SPEED, "max_threads": 1}
    narrow = picture.AVIF_WIDTHS[0] <= width <= picture.AVIF_WIDTHS[1]
    return [("webp", webp), ("jpg", JPEG), *([("avif", avif)] if narrow else [])]


def photo(*, width: int, height: int) -> Path:
    """The demonstration's largest photo at a camera's size."""
    path = FOLDER / f"{width}x{height}.jpg"
    with Image.open(PHOTO) as image:
        image.resize((width, height), Image.Resampling.BICUBIC).save(path, quality=92)
    return path


def pipeline(path: Path, agency: Agency) -> Callable[[], Side]:
    """Prepare an accepted upload; the returned side does its job: sandbox, storage, rows, announcement."""

    def prepare() -> Side:
        with path.open("rb") as stream:
            accept(stream=stream, name=path.name, kind="photo", agency=agency, by=None, at=timezone.now())
        return lambda: jobs.run_next(worker="bench", at=timezone.now())

    return prepare


def bare(path: Path) -> Side:
    """The same files by Pillow's own calls alone: decode, reduce, cut, encode, copy."""

    def run() -> None:
        out = FOLDER / "bare"
        out.mkdir(exist_ok=True)
        with Image.open(path) as opened:
            opened.draft("RGB", (picture.WIDTHS[-1], 1))
            current: Image.Image = opened.convert("RGB")
        for number, width in enumerate(reversed(picture.WIDTHS)):
            size = (width, round(current.height * width / current.width))
            current = current.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
            for ending, options in codings(width):
                current.save(out / f"w{width}.{ending}", **options)
            for name, shape in SHAPES.items() if number == 0 else ():
                ImageOps.fit(current, shape, Image.Resampling.LANCZOS).save(out / f"{name}.jpg", **JPEG)
        shutil.copyfile(path, out / "full.jpg")

    return run


def one_decode_each(path: Path) -> Side:
    """Each rendition from the original by itself, as a resizing service does on demand.

    ``thumbnail`` is Pillow's quickest way: it decodes a JPEG at a reduced scale where that is enough.
    """

    def run() -> None:
        out = FOLDER / "each"
        out.mkdir(exist_ok=True)
        for width in picture.WIDTHS:
            for ending, options in codings(width):
                with Image.open(path) as opened:
                    opened.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
                    opened.save(out / f"w{width}.{ending}", **options)
        for name, shape in SHAPES.items():
            with Image.open(path) as opened:
                opened.draft("RGB", (2 * shape[0], 2 * shape[1]))
                ImageOps.fit(opened, shape, Image.Resampling.LANCZOS).save(out / f"{name}.jpg", **JPEG)

    return run


def cascade(path: Path) -> Side:
    out = FOLDER / "cascade"
    out.mkdir(exist_ok=True)
    return lambda: picture.render(str(path), str(out))


def seconds(side: Side) -> float:
    started = time.perf_counter()
    side()
    return time.perf_counter() - started


def ratio(*, prepare: Callable[[], Side], peer: Side, rounds: int) -> tuple[float, float, float]:
    """Medians of both sides in milliseconds and their ratio; the first round warms up and is not counted."""
    ours, theirs = [], []
    for number in range(rounds + 1):
        side = prepare()
        pair = (seconds(side), seconds(peer)) if number % 2 else (seconds(peer), seconds(side))[::-1]
        if number:
            ours.append(pair[0])
            theirs.append(pair[1])
    mine, other = statistics.median(ours), statistics.median(theirs)
    return mine * 1000, other * 1000, mine / other


def show(name: str, figures: tuple[float, float, float], *, against: str) -> None:
    print(f"{name} {figures[0]:.0f} ms")
    print(f"{against} {figures[1]:.0f} ms")
    print(f"{name}_over_{against} {figures[2]:.2f} ratio")


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    agency = Agency.objects.create(code="BENCH", name="Bench", type="other")
    path = photo(width=4032, height=3024)
    show(
        "picture_pipeline",
        ratio(prepare=pipeline(path, agency), peer=bare(path), rounds=rounds),
        against="bare_pillow",
    )
    run = cascade(path)
    show(
        "picture_renditions",
        ratio(prepare=lambda: run, peer=one_decode_each(path), rounds=rounds),
        against="one_decode_each",
    )
    made = Rendition.objects.filter(file=StoredFile.objects.latest("pk")).count()
    print(f"# {made} files of a 12-megapixel JPEG, {rounds} rounds, medians")
    print(f"# Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
