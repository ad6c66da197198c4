"""Is this file official? Asked for 500 files: originals, copies saved anew, cropped, edited, and foreign ones.

Pictures of bench/library/pictures.py go through intake and publication as an upload does; each file is then
recognised as on ``/vi/verify/``. Prints ``name value unit`` a line:

* ``*_recognised``: share that leads to its own resource. Wanted: originals 0.98, saved anew 0.9.
* ``foreign_official``: foreign files that are called official. Wanted: 0.
* ``foreign_alike``: share of foreign files that are shown beside one of ours.

``--pictures`` for trying (100 of ours and 100 foreign ones make 500 files).
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="bench-verify-"))
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["DATA_DIR"] = str(FOLDER / "data")
os.environ["SEARCH_MEANING"] = "no"
os.environ["DEBUG"] = "no"
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from bench.library import pictures  # noqa: E402
from cms.newsroom.authenticity.recognition import Recognised, recognise  # noqa: E402
from media_library import worker  # noqa: E402
from media_library.files import storage  # noqa: E402
from media_library.intake.accept import accept  # noqa: E402
from media_library.intake.receive import receive  # noqa: E402
from media_library.kinds import Kind  # noqa: E402
from media_library.models import StoredFile  # noqa: E402
from media_library.processing import sandbox  # noqa: E402
from tests import factories, migrated  # noqa: E402

COPIES: dict[str, tuple[str, ...]] = {
    "saved_anew": ("scale", "recode"),
    "cropped": ("crop",),
    "edited": ("brightness", "caption_bar"),
}


def show(name: str, value: float, unit: str) -> None:
    print(f"{name} {value:.3f} {unit}", flush=True)


def coded(image: Image.Image, *, quality: int = 90) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def told(content: bytes, seconds: list[float]) -> Recognised:
    began = time.perf_counter()
    with sandbox.workspace(storage.work_folder()) as folder:
        path = folder / "given"
        fingerprint = receive(stream=io.BytesIO(content), target=path, limit=1 << 30)
        found = recognise(path, fingerprint, workspace=folder, at=timezone.now())
    seconds.append(time.perf_counter() - began)
    return found


def changed(image: Image.Image, names: tuple[str, ...], number: int) -> bytes:
    for name in names:
        change: Callable[[Image.Image, random.Random], Image.Image] = pictures.CHANGES[name]
        image = change(image, random.Random(f"{name} {number}"))
    return coded(image, quality=70)


def measure(count: int) -> None:
    ours, foreign = [], []
    agency = factories.make_agency()
    for number, (_sort, image) in enumerate(pictures.different(2 * count)):
        (ours if number % 2 else foreign).append(image.copy())
    published: list[tuple[int, bytes]] = []
    for number, image in enumerate(ours):
        content = coded(image)
        stream = io.BytesIO(content)
        name = f"anh-{number}.jpg"
        file = accept(stream=stream, name=name, kind=Kind.PHOTO, agency=agency, by=None, at=timezone.now())
        worker.settle()
        stored = StoredFile.objects.get(pk=file.pk)
        published.append((factories.make_published(Kind.PHOTO, file=stored, agency=agency).pk, content))
    worker.settle()
    seconds: list[float] = []
    own = [told(content, seconds) for _pk, content in published]
    right = [one.verdict == "current" and one.resource is not None for one in own]
    show("original_recognised", statistics.mean(right), "share")
    for label, names in COPIES.items():
        found = [told(changed(image, names, n), seconds) for n, image in enumerate(ours)]
        hit = [
            one.resource is not None and one.resource.pk == pk
            for one, (pk, _content) in zip(found, published, strict=True)
        ]
        show(f"{label}_recognised", statistics.mean(hit), "share")
        show(f"{label}_official", sum(one.verdict in ("current", "older") for one in found), "files")
    strangers = [told(coded(image), seconds) for image in foreign]
    show("foreign_official", sum(one.verdict in ("current", "older") for one in strangers), "files")
    show("foreign_alike", statistics.mean(one.verdict == "altered" for one in strangers), "share")
    show("answer_p50", statistics.median(seconds) * 1000, "ms")
    show("answer_p95", statistics.quantiles(seconds, n=20)[-1] * 1000, "ms")
    print(f"# {count} pictures of ours and {count} foreign ones, {len(seconds)} files asked for")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100)
    given = parser.parse_args()
    try:
        (FOLDER / "data").mkdir(exist_ok=True)
        migrated.copy_to(FOLDER / "data" / "kho57.sqlite3")
        measure(given.pictures)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
