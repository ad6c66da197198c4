"""Near-duplicates: what is found and what is not, and how fast one picture is looked up among a million.

1. 3,000 different pictures (bench/library/pictures.py), 320 of them changed in six ways: recall (of the changed,
   how many lead to their own) and precision (of all that is found, how much is right).
2. Films, sounds and texts of the demonstration, coded anew, made smaller, louder, begun later, reworded.
3. One lookup in 1,000,000 hashes in the embedded database against a scan with NumPy; the same answers.

Prints ``name value unit`` a line. ``--pictures``, ``--changed`` and ``--hashes`` for trying. Everything runs in a
folder that is removed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="bench-duplicates-"))
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["DATA_DIR"] = str(FOLDER / "data")
os.environ.pop("DATABASE_URL", None)

os.environ["DEBUG"] = "no"
import django  # noqa: E402

django.setup()

import numpy  # noqa: E402
from django.db import connection  # noqa: E402
from PIL import Image  # noqa: E402

from bench.library import pictures  # noqa: E402
from media_library.intake import alike, nearness  # noqa: E402
from media_library.models import Fingerprint  # noqa: E402
from media_library.processing import marks  # noqa: E402
from tests import migrated  # noqa: E402
from tests.media_library.specimens import DEMO, made_with_ffmpeg  # noqa: E402

HELD_TO = ("scale", "recode", "brightness")
_ROUNDS = 200


def show(name: str, value: float, unit: str, *, digits: int = 3) -> None:
    print(f"{name} {value:.{digits}f} {unit}", flush=True)


# Pictures


def marks_of(image: Image.Image) -> dict[str, str]:
    """As processing takes them: of the smallest step of the ladder."""
    width = min(320, image.width)
    size = (width, max(1, round(image.height * width / image.width)))
    return marks.picture_marks(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


class Shelf:
    """Marks of many pictures, compared with all at once; the rule is that of ``nearness.pictures``."""

    def __init__(self, known: list[dict[str, str]]) -> None:
        self.keys = [number for number, one in enumerate(known) if one]
        self.columns = {
            name: numpy.array([int(known[key][name], 16) for key in self.keys], dtype=numpy.uint64)
            for name in ("structure", "gradient", "mirrored_structure", "mirrored_gradient")
        }

    def near(self, one: dict[str, str]) -> set[int]:
        if not one:
            return set()
        found = numpy.zeros(len(self.keys), dtype=bool)
        for side in ("", "mirrored_"):
            structural = self._turned(f"{side}structure", one["structure"])
            tonal = self._turned(f"{side}gradient", one["gradient"])
            found |= (structural <= nearness.STRUCTURE_LIMIT) & (tonal <= nearness.GRADIENT_LIMIT)
        return {self.keys[place] for place in numpy.nonzero(found)[0]}

    def _turned(self, name: str, value: str) -> Any:
        return numpy.bitwise_count(self.columns[name] ^ numpy.uint64(int(value, 16)))


def measure_pictures(count: int, changed: int) -> list[dict[str, str]]:
    chosen = set(random.Random(310).sample(range(count), changed))
    known, copies = [], []
    for number, (_sort, image) in enumerate(pictures.different(count)):
        known.append(marks_of(image))
        if number in chosen:
            for name, change in pictures.CHANGES.items():
                copies.append((name, number, marks_of(change(image, random.Random(f"{name} {number}")))))
    shelf = Shelf(known)
    right = wrong = 0
    for name in pictures.CHANGES:
        told = [(number, shelf.near(one)) for which, number, one in copies if which == name]
        own = sum(number in near for number, near in told)
        others = sum(len(near - {number}) for number, near in told)
        show(f"pictures_{name}_recall", own / len(told), "share")
        show(f"pictures_{name}_precision", own / max(1, own + others), "share")
        if name in HELD_TO:
            right, wrong = right + own, wrong + others
    show("pictures_held_recall", right / (changed * len(HELD_TO)), "share")
    show("pictures_held_precision", right / max(1, right + wrong), "share")
    pairs = sum(len(shelf.near(one) - {number}) for number, one in enumerate(known)) // 2
    show("pictures_different_but_alike", pairs, f"pairs of {count * (count - 1) // 2}", digits=0)
    _measure_series()
    print(f"# {count} different pictures, {changed} of them changed in {len(pictures.CHANGES)} ways each")
    return [one for one in known if one]


def _measure_series() -> None:
    cards = [(template, marks_of(image)) for template, image in pictures.series(20, 10)]
    same = [(a, b) for (one, a), (other, b) in combinations(cards, 2) if one == other and a and b]
    show(
        "pictures_series_taken_for_alike",
        sum(nearness.pictures(a, b) > 0 for a, b in same) / len(same),
        "share",
    )


# Films, sounds, texts


def _told(name: str, own: list[float], others: list[float]) -> None:
    found, wrong = sum(value > 0 for value in own), sum(value > 0 for value in others)
    show(f"{name}_recall", found / len(own), "share")
    show(f"{name}_precision", found / max(1, found + wrong), "share")
    print(f"# {name}: {len(own)} copies, {len(others)} pairs of different ones")


SOUND_COPIES = {
    "32k": ("-b:a", "32k", "-ac", "1"),
    "later": ("-af", "atrim=start=1,asetpts=PTS-STARTPTS", "-b:a", "96k"),
    "louder": ("-af", "volume=9dB", "-b:a", "64k"),
    "normalised": ("-af", "loudnorm", "-b:a", "64k"),
    "opus": ("-c:a", "libopus", "-b:a", "24k"),
}


def measure_sounds() -> None:
    sources = sorted((DEMO / "podcasts").glob("*.mp3"))
    first = [marks.sound_marks(str(path), "audio/mpeg") for path in sources]
    own = []
    for path, ours in zip(sources, first, strict=True):
        for name, options in SOUND_COPIES.items():
            ending, media_type = ("ogg", "audio/ogg") if name == "opus" else ("mp3", "audio/mpeg")
            copy = made_with_ffmpeg(FOLDER / f"copy.{ending}", "-i", str(path), "-map", "0:a", *options)
            own.append(nearness.sounds(ours, marks.sound_marks(str(copy), media_type)))
    _told("sounds", own, [nearness.sounds(a, b) for a, b in combinations(first, 2)])


FILM_COPIES = {
    "small": ("-vf", "scale=-2:240", "-crf", "34"),
    "brighter": ("-vf", "eq=brightness=0.06", "-crf", "28"),
    "later": ("-ss", "1", "-crf", "28"),
    "slow": ("-r", "12", "-crf", "30", "-af", "volume=6dB"),
}


def measure_films() -> None:
    sources = [*sorted((DEMO / "videos").glob("*.mp4")), ROOT / "tests" / "media" / "rabbit.mp4"]
    first = [marks.film_marks(str(path), "video/mp4") for path in sources]
    own = []
    for path, ours in zip(sources, first, strict=True):
        for options in FILM_COPIES.values():
            coding = ("-preset", "ultrafast", "-c:a", "aac", "-b:a", "64k")
            copy = made_with_ffmpeg(FOLDER / "copy.mp4", "-i", str(path), *options, *coding)
            own.append(nearness.films(ours, marks.film_marks(str(copy), "video/mp4")))
    _told("films", own, [nearness.films(a, b) for a, b in combinations(first, 2)])


def _texts() -> Iterator[str]:
    import pypdfium2

    for path in sorted(DEMO.glob("*/*.vtt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield " ".join(line for line in lines if line and "-->" not in line and not line.startswith("WEBVTT"))
    for path in sorted((DEMO / "documents").glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        yield "\n".join(page.get_textpage().get_text_range(errors="ignore") for page in document)
        document.close()


def _reworded(text: str, dice: random.Random) -> str:
    """One word in fifty is another."""
    return " ".join("khác" if dice.random() < 0.02 else word for word in text.split())


def measure_texts() -> None:
    texts = list(_texts())
    first = [nearness.text_marks(text) for text in texts]
    copies = [
        (one, change(text, random.Random(number)))
        for number, (one, text) in enumerate(zip(first, texts, strict=True))
        for change in (_reworded, lambda text, _dice: nearness.fold(text).upper(), _without_an_end)
    ]
    own = []
    for one, text in copies:
        other = nearness.text_marks(text)
        shared = any(
            a == b for a, b in zip(nearness.text_bands(one), nearness.text_bands(other), strict=True)
        )
        own.append(nearness.texts(one, other) if shared else 0.0)
    _told("texts", own, [nearness.texts(a, b) for a, b in combinations(first, 2)])


def _without_an_end(text: str, _dice: random.Random) -> str:
    words = text.split()
    return " ".join(words[: len(words) * 9 // 10])


# One lookup among a million


def hashes(count: int, known: list[dict[str, str]]) -> Any:
    """``count`` hashes spread as real ones are: each a real one with a third of its bits exchanged in pairs."""
    chance = numpy.random.default_rng(57)
    real = numpy.array([int(one["structure"], 16) for one in known], dtype=numpy.uint64)
    bits = numpy.unpackbits(real.view(numpy.uint8).reshape(-1, 8), axis=1)
    made = bits[chance.integers(0, len(bits), count)]
    for _exchange in range(22):
        one, other = chance.integers(0, 64, count), chance.integers(0, 64, count)
        rows = numpy.arange(count)
        made[rows, one], made[rows, other] = made[rows, other].copy(), made[rows, one].copy()
    return numpy.packbits(made, axis=1).view(numpy.uint64).ravel()


def fill(values: Any) -> None:
    """Rows without their files: foreign keys are not asked while they go in, and indexes are made after them."""
    migrated.copy_to(Path(os.environ["DATA_DIR"], "kho57.sqlite3"))
    names = ("file_id", "scheme", "value", "band_0", "band_1", "band_2", "band_3", "marks")
    places = ", ".join(["?"] * len(names))
    statement = f"INSERT INTO {Fingerprint._meta.db_table} ({', '.join(names)}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
            [Fingerprint._meta.db_table],
        )
        indexes = cursor.fetchall()
        for name, _made_by in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        raw = connection.connection
        raw.executemany(statement, _rows(values))
        raw.commit()
        for _name, made_by in indexes:
            cursor.execute(made_by)
        cursor.execute("ANALYZE")


def _rows(values: Any) -> Iterator[tuple[Any, ...]]:
    for number, value in enumerate(values.tolist(), start=1):
        structure = f"{value:016x}"
        yield number, "picture", alike.signed(structure), *nearness.picture_bands(structure), "{}"


def measure_lookup(count: int, known: list[dict[str, str]]) -> None:
    values = hashes(count, known)
    fill(values)
    chance = numpy.random.default_rng(1)
    ours, theirs, differing, found = [], [], 0, 0
    for number in range(_ROUNDS + 5):
        sought = int(values[chance.integers(0, count)])
        for bit in chance.choice(64, size=int(chance.integers(0, 8)), replace=False):
            sought ^= 1 << int(bit)
        began = time.perf_counter()
        keys = alike.structures_near(f"{sought:016x}")
        middle = time.perf_counter()
        scan = numpy.nonzero(numpy.bitwise_count(values ^ numpy.uint64(sought)) <= nearness.STRUCTURE_LIMIT)[
            0
        ]
        ended = time.perf_counter()
        if number >= 5:
            ours.append(middle - began)
            theirs.append(ended - middle)
            found += len(keys)
            differing += set(keys) != {int(place) + 1 for place in scan}
    show("duplicate_lookup", 1000 * statistics.median(ours), "ms", digits=2)
    show("duplicate_scan", 1000 * statistics.median(theirs), "ms", digits=2)
    show("duplicate_lookup_over_scan", statistics.median(ours) / statistics.median(theirs), "ratio", digits=2)
    show("duplicate_lookup_differing_answers", differing, f"of {_ROUNDS}", digits=0)
    print(f"# {count} hashes in SQLite, {_ROUNDS} lookups, {found} found, medians")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", type=int, default=3000)
    asked.add_argument("--changed", type=int, default=320)
    asked.add_argument("--hashes", type=int, default=1_000_000)
    given = asked.parse_args()
    known = measure_pictures(given.pictures, given.changed)
    measure_sounds()
    measure_films()
    measure_texts()
    measure_lookup(given.hashes, known)
    print(f"# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
